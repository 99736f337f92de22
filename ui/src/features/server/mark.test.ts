import { expect, it } from "vitest";
import type { QueueState } from "@/bindings/QueueState";
import { markOf } from "./mark";

const row = (verb: string, state: QueueState = "waiting") => ({
  op: verb,
  state,
  at: "2026-03-01T10:00:00Z",
  actor: "Ada",
  verb,
  detail: {},
  subjects: [],
  attempts: 0,
  nextAt: null,
  reason: null,
  money: false,
});

it.each([
  ["nothing waits", [], 0, null],
  ["cash that opened a course", [row("payment.captured")], 0, { kind: "provisional" }],
  ["a note", [row("note.added")], 0, { kind: "waits" }],
  ["a note and a new enrollment", [row("note.added"), row("enrollment.created")], 2, { kind: "provisional" }],
  ["what failed goes first", [row("payment.captured"), row("note.added", "failed")], 0, { kind: "failed" }],
  ["only differences", [], 2, { kind: "conflicts", count: 2 }],
])("%s", (_, waiting, conflicts, mark) => {
  expect(markOf({ waiting, conflicts })).toEqual(mark);
});
