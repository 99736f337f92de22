import { expect, it } from "vitest";
import type { IndexRow } from "@/bindings/IndexRow";
import { byCollection, sharedSince } from "./groups";

const row = (collection: string, name: string, finding: string | null = null): IndexRow => ({
  collection,
  name,
  keys: "",
  traits: [],
  bytes: null,
  uses: null,
  since: null,
  origin: "ours",
  finding,
  advice: null,
});

it("keeps collections together and puts findings first, losing nothing", () => {
  const groups = byCollection([
    row("users", "a"),
    row("courses", "b"),
    row("users", "c", "unused"),
    row("users", "d"),
  ]);
  expect(groups.map((group) => [group.collection, group.rows.map((one) => one.name)])).toEqual([
    ["users", ["c", "a", "d"]],
    ["courses", ["b"]],
  ]);
});

it("says since when uses are counted once, where it is the same for all", () => {
  const since = (...moments: (string | null)[]) => moments.map((at) => ({ ...row("users", "a"), since: at }));
  expect(sharedSince(since("2026-03-01T10:00:20Z", null, "2026-03-01T10:00:00Z"))).toBe(
    "2026-03-01T10:00:00Z",
  );
  expect(sharedSince(since("2026-03-01T10:00:00Z", "2026-03-02T10:00:00Z"))).toBeNull();
  expect(sharedSince(since(null))).toBeNull();
});
