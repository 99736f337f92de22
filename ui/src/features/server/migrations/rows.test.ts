import { expect, it } from "vitest";
import type { MigrationRow } from "@/bindings/MigrationRow";
import { appliedUpTo, pendingOf, rollbackTarget } from "./rows";

const row = (number: number, state: string): MigrationRow => ({
  number,
  name: "",
  about: "",
  state,
  at: null,
  device: null,
  tookMs: null,
  skipped: [],
});
const rows = [row(1, "applied"), row(2, "partly"), row(3, "applied"), row(4, "pending")];

it("runs what waits and what was only partly taken", () => {
  expect(pendingOf(rows).map((one) => one.number)).toEqual([2, 4]);
});

it("goes back only to a number below the last applied one", () => {
  expect(appliedUpTo(rows)).toBe(3);
  expect(appliedUpTo([row(1, "pending")])).toBe(0);
  expect(["", "x", 1.5, -1, 3, 4].map((typed) => rollbackTarget(rows, typed))).toEqual([
    null,
    null,
    null,
    null,
    null,
    null,
  ]);
  expect([0, 2, "1"].map((typed) => rollbackTarget(rows, typed))).toEqual([0, 2, 1]);
  expect(rollbackTarget([], 0)).toBeNull();
});
