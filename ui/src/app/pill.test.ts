import { describe, expect, it } from "vitest";
import { fetched } from "@/backend/queries/server";
import type { SyncStatus } from "@/bindings/SyncStatus";
import { pillOf } from "./pill";

const status = (over: Partial<SyncStatus>): SyncStatus => ({
  state: "online",
  waiting: 0,
  lines: 0,
  attention: 0,
  conflicts: 0,
  lastContact: null,
  nextTry: null,
  problem: null,
  mode: "stream",
  environment: null,
  ...over,
});

describe("the pill", () => {
  it.each<[string, Partial<SyncStatus>, string, number, string]>([
    ["no server", { state: "local" }, "local", 0, "grey"],
    ["all saved", {}, "online", 0, "green"],
    ["a queue is not saved yet", { waiting: 2 }, "sending", 2, "ink"],
    ["sending", { state: "sending", waiting: 3 }, "sending", 3, "ink"],
    ["offline keeps count", { state: "offline", waiting: 3 }, "offline", 3, "amber"],
    ["paused keeps count", { state: "paused", waiting: 1 }, "paused", 1, "grey"],
    [
      "what failed goes before the line",
      { state: "offline", waiting: 3, attention: 1 },
      "attention",
      1,
      "red",
    ],
    ["cards alone are not red", { conflicts: 2 }, "attention", 2, "amber"],
    ["failures and cards together", { attention: 1, conflicts: 2 }, "attention", 3, "red"],
    ["refused goes before all", { state: "refused", attention: 4, waiting: 9 }, "refused", 0, "red"],
    ["the first fetch too", { state: "initial", waiting: 1 }, "initial", 0, "ink"],
    ["slow", { state: "slow" }, "slow", 0, "amber"],
  ])("%s", (_, over, word, count, tone) => {
    expect(pillOf(status(over))).toEqual({ word, count, tone });
  });
});

describe("the first fetch", () => {
  const source = (done: number, total: number) => ({
    collection: "users",
    done,
    total,
    complete: done >= total,
    asOf: null,
    sweptAt: null,
  });

  it("is told by documents over all collections, and is whole only at its end", () => {
    expect(fetched([source(50, 100), source(0, 300)])).toBe(12);
    expect(fetched([source(100, 100)])).toBe(99);
  });
  it("says nothing while nothing is counted", () => {
    expect(fetched([])).toBeNull();
    expect(fetched([source(3, 0)])).toBeNull();
  });
  it("does not run over where a collection grew meanwhile", () => {
    expect(fetched([source(150, 100), source(0, 100)])).toBe(50);
  });
});
