import { describe, expect, it } from "vitest";
import type { LearningView } from "@/bindings/LearningView";
import type { ResultDto } from "@/bindings/ResultDto";
import {
  beside,
  formatPlace,
  lessonsOf,
  nextUndone,
  parsePlace,
  percentDone,
  toDoOf,
  withLessonDone,
} from "./lessons";

const lesson = (id: string, done = false, open = true) => ({
  lesson: { id, title: id, description: null, duration: null, kind: "text" as const, isFree: false },
  completedAt: done ? "2026-01-02T00:00:00Z" : null,
  timeSpent: done ? 60 : 0,
  open,
});

const result = (title: string, required: boolean, passed: boolean): ResultDto => ({
  assessmentId: title,
  title,
  weight: 50,
  maxScore: 10,
  passScore: 5,
  required,
  score: passed ? 7 : null,
  attempts: passed ? 1 : 0,
  passed,
  completedAt: null,
});

const view = (over: Partial<LearningView> = {}): LearningView => ({
  enrollment: "e",
  rev: 1,
  course: { id: "c", title: "Ink" },
  instructor: { id: "i", name: "Ida" },
  status: "active",
  progress: 33,
  timeSpent: 60,
  currentLesson: "b",
  modules: [
    { title: "One", description: null, lessons: [lesson("a", true), lesson("b")] },
    { title: "Two", description: null, lessons: [lesson("c")] },
  ],
  materials: [],
  notes: [],
  results: [],
  finalScore: null,
  reviewRating: null,
  reviewComment: null,
  mayReview: false,
  toDo: [],
  certificateId: null,
  certificateRevoked: false,
  due: null,
  ...over,
});

describe("moving", () => {
  const lessons = lessonsOf(view());
  it.each([
    ["a", 1, "b"],
    ["b", 1, "c"],
    ["c", 1, "c"],
    ["a", -1, "a"],
    [null, 1, "a"],
    [null, -1, null],
    ["gone", 1, "a"],
  ] as const)("from %s by %s to %s", (from, by, to) => {
    expect(beside(lessons, from, by)).toBe(to);
  });

  it("goes on with what is not done, from the start again, and past what is closed", () => {
    expect(nextUndone(lessons, "b")).toBe("c");
    expect(nextUndone(lessons, "c")).toBe("b");
    const closed = view({
      modules: [{ title: "One", description: null, lessons: [lesson("a"), lesson("b", false, false)] }],
    });
    expect(nextUndone(lessonsOf(closed), "a")).toBeNull();
  });
});

describe("marking as done", () => {
  it("shows the lesson as done, with its time, and the percentage rounded down", () => {
    const after = withLessonDone(view(), "b", 90, "2026-02-01T10:00:00Z");
    const done = lessonsOf(after).find((one) => one.id === "b");
    expect(done).toMatchObject({ completedAt: "2026-02-01T10:00:00Z", timeSpent: 90 });
    expect(after.progress).toBe(66);
    expect(after.timeSpent).toBe(150);
    expect(lessonsOf(after).find((one) => one.id === "c")?.completedAt).toBeNull();
  });

  it("keeps the first date when it was done already", () => {
    const after = withLessonDone(view(), "a", 5, "2026-02-01T10:00:00Z");
    expect(lessonsOf(after)[0]).toMatchObject({ completedAt: "2026-01-02T00:00:00Z", timeSpent: 65 });
  });

  it("counts a course without lessons as nothing done", () => {
    expect(percentDone([])).toBe(0);
  });
});

describe("toDoOf", () => {
  it("names payment, lessons and what is required and not passed", () => {
    const todo = toDoOf(
      view({
        status: "pending",
        due: { minor: 100, currency: "EUR" },
        results: [result("Exam", true, false), result("Quiz", true, true), result("Extra", false, false)],
      }),
    );
    expect(todo).toEqual([
      { kind: "pay" },
      { kind: "lessons", left: 2 },
      { kind: "pass", assessment: expect.objectContaining({ title: "Exam" }) },
    ]);
  });

  it.each(["completed", "cancelled", "refunded"] as const)("has nothing to say when %s", (status) => {
    expect(toDoOf(view({ status, results: [result("Exam", true, false)] }))).toEqual([]);
  });
});

describe("places in a video", () => {
  it.each([
    ["65", 65],
    ["1:05", 65],
    ["01:05", 65],
    ["1:00:00", 3600],
    [" 12:40 ", 760],
    ["0", 0],
    ["1:65", null],
    ["", null],
    ["-3", null],
    ["a", null],
    ["1:2:3:4", null],
  ])("%s is %s", (text, seconds) => {
    expect(parsePlace(text)).toBe(seconds);
  });

  it.each([
    [65, "1:05"],
    [3_600, "1:00:00"],
    [7, "0:07"],
  ])("%s reads %s", (seconds, text) => {
    expect(formatPlace(seconds)).toBe(text);
  });
});
