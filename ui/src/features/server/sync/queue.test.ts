import { describe, expect, it } from "vitest";
import type { QueueRow } from "@/bindings/QueueRow";
import { queueVerbs, sorted } from "./queue";

const row = (over: Partial<QueueRow>): QueueRow => ({
  op: "1",
  state: "failed",
  at: "2026-03-01T10:00:00Z",
  actor: "Ada",
  verb: "course.updated",
  detail: {},
  subjects: [],
  attempts: 0,
  nextAt: null,
  reason: null,
  money: false,
  ...over,
});

describe("what can be done with a queued change", () => {
  it("is nothing but a copy while it goes by itself", () => {
    for (const state of ["waiting", "sending", "blocked"] as const) {
      expect(queueVerbs(row({ state }), "admin")).toEqual(["export"]);
    }
  });
  it("never offers to discard money, and offers to void it only to who records money", () => {
    expect(queueVerbs(row({}), "instructor")).toEqual(["retry", "discard", "export"]);
    expect(queueVerbs(row({ money: true }), "finance")).toEqual(["retry", "void", "export"]);
    expect(queueVerbs(row({ money: true }), "admin")).toEqual(["retry", "void", "export"]);
    expect(queueVerbs(row({ money: true }), "student")).toEqual(["retry", "export"]);
  });
});

it("puts apart what needs a person, each part in its order", () => {
  const { failed, moving } = sorted([
    row({ op: "1", state: "waiting" }),
    row({ op: "2" }),
    row({ op: "3", state: "blocked" }),
    row({ op: "4" }),
  ]);
  expect(failed.map((one) => one.op)).toEqual(["2", "4"]);
  expect(moving.map((one) => one.op)).toEqual(["1", "3"]);
});
