import { describe, expect, it } from "vitest";
import type { ModuleDto } from "@/bindings/ModuleDto";
import {
  addLesson,
  addModule,
  answered,
  drop,
  fromSaved,
  type Module,
  newLesson,
  newModule,
  type Outline,
  partAt,
  remove,
  restore,
  rows,
  same,
  sendable,
  split,
  step,
  toDto,
  update,
  withIds,
} from "./outline";

/** `["A: a1 a2", "B: b1"]`: titles are ids too. */
function made(...lines: string[]): Module[] {
  const modules = lines.map((line): ModuleDto => {
    const [head = "", rest = ""] = line.split(":");
    const titles = rest.trim().split(" ").filter(Boolean);
    return {
      id: head,
      title: head,
      description: null,
      duration: null,
      lessons: titles.map((title) => ({
        id: title,
        title,
        description: null,
        duration: null,
        kind: "video",
        isFree: false,
      })),
    };
  });
  return fromSaved(modules);
}
const told = (outline: Outline) =>
  outline.map((module) => `${module.title}: ${module.lessons.map((l) => l.title).join(" ")}`.trim());
const O = made("A: a1 a2", "B: b1", "C:");

describe("adding", () => {
  it("puts a lesson after another, or first in a module", () => {
    const lesson = { ...newLesson(), title: "n" };
    expect(told(addLesson(O, "a1", lesson))).toEqual(["A: a1 n a2", "B: b1", "C:"]);
    expect(told(addLesson(O, "B", lesson))).toEqual(["A: a1 a2", "B: n b1", "C:"]);
    expect(told(addLesson(O, null, lesson))).toEqual(["A: a1 a2", "B: b1", "C: n"]);
    expect(told(addLesson([], null, lesson))).toEqual([": n"]);
  });
  it("puts a module after the one a row is in", () => {
    const module = { ...newModule(), title: "N" };
    expect(told(addModule(O, "a1", module))).toEqual(["A: a1 a2", "N:", "B: b1", "C:"]);
    expect(told(addModule(O, null, module)).at(-1)).toBe("N:");
  });
  it("splits a module at a lesson", () => {
    const parts = split(made("A: a1 x a2", "B:"), "x", { ...newModule(), title: "N" });
    expect(told(parts)).toEqual(["A: a1", "N: a2", "B:"]);
  });
});

describe("moving one step", () => {
  it.each([
    ["a2", -1, ["A: a2 a1", "B: b1", "C:"]],
    ["a2", 1, ["A: a1", "B: a2 b1", "C:"]],
    ["b1", -1, ["A: a1 a2 b1", "B:", "C:"]],
    ["b1", 1, ["A: a1 a2", "B:", "C: b1"]],
    ["a1", -1, ["A: a1 a2", "B: b1", "C:"]],
    ["A", 1, ["B: b1", "A: a1 a2", "C:"]],
    ["C", 1, ["A: a1 a2", "B: b1", "C:"]],
    ["nobody", 1, ["A: a1 a2", "B: b1", "C:"]],
  ] as const)("%s by %i", (key, by, expected) => {
    expect(told(step(O, key, by))).toEqual(expected);
  });
  it("there and back is nothing", () => {
    for (const { key } of rows(O)) {
      const there = step(O, key, 1);
      if (!same(there, O)) expect(told(step(there, key, -1))).toEqual(told(O));
    }
  });
});

describe("dropping", () => {
  it.each([
    ["a1", "a2", ["A: a2 a1", "B: b1", "C:"]],
    ["a1", "b1", ["A: a2", "B: b1 a1", "C:"]],
    ["b1", "a1", ["A: b1 a1 a2", "B:", "C:"]],
    ["a1", "B", ["A: a2", "B: a1 b1", "C:"]],
    ["b1", "B", ["A: a1 a2 b1", "B:", "C:"]],
    ["a2", "A", ["A: a2 a1", "B: b1", "C:"]],
    ["b1", "C", ["A: a1 a2", "B:", "C: b1"]],
    ["A", "C", ["B: b1", "C:", "A: a1 a2"]],
    ["C", "A", ["C:", "A: a1 a2", "B: b1"]],
    ["A", "a2", ["A: a1 a2", "B: b1", "C:"]],
    ["a1", "a1", ["A: a1 a2", "B: b1", "C:"]],
  ])("%s on %s", (key, over, expected) => {
    expect(told(drop(O, key, over))).toEqual(expected);
  });
  it("never loses or doubles a part", () => {
    const names = (outline: Outline) =>
      rows(outline)
        .map((row) => row.key)
        .sort();
    for (const a of rows(O)) {
      for (const b of rows(O)) expect(names(drop(O, a.key, b.key))).toEqual(names(O));
    }
  });
});

describe("taking away", () => {
  it("is undone where it was", () => {
    for (const { key } of rows(O)) {
      const { outline, removed } = remove(O, key);
      expect(rows(outline).some((row) => row.key === key)).toBe(false);
      expect(removed && told(restore(outline, removed))).toEqual(told(O));
    }
  });
  it("finds a place when its module is gone", () => {
    const { outline, removed } = remove(O, "b1");
    expect(removed && told(restore(remove(outline, "B").outline, removed))).toEqual(["A: a1 a2", "C: b1"]);
  });
});

describe("saving", () => {
  it("leaves out what has no title yet and keeps titles that were blanked", () => {
    const edited = update(addLesson(O, "a1", newLesson()), "a2", { title: "  " });
    expect(told(sendable(edited, O, "?"))).toEqual(["A: a1 a2", "B: b1", "C:"]);
    expect(same(sendable(edited, O, "?"), O)).toBe(true);
  });
  it("never loses lessons under a module without a title", () => {
    const parts = split(addLesson(O, "a1", newLesson()), "new-x", newModule());
    expect(told(sendable(parts, O, "?"))).toEqual(told(O));
    const empty = newLesson();
    const halves = split(addLesson(O, "a1", empty), empty.key, newModule());
    expect(told(sendable(halves, O, "?"))).toEqual(["A: a1", "?: a2", "B: b1", "C:"]);
    expect(told(sendable(addModule(O, null, newModule()), O, "?"))).toEqual(told(O));
  });
  it("gives up identifiers the saved outline has lost", () => {
    const saved = remove(O, "b1").outline;
    expect(toDto(sendable(O, saved, "?"))[1]?.lessons).toMatchObject([{ id: null, title: "b1" }]);
  });
  it("learns the identifiers of what was new, and keeps what was typed meanwhile", () => {
    const lesson = { ...newLesson(), title: "n" };
    const sent = sendable(addLesson(O, "a1", lesson), O, "?");
    const answer = toDto(sent).map((module) => ({
      ...module,
      lessons: module.lessons.map((l) => ({ ...l, id: l.id ?? "n1" })),
    }));
    const saved = answered(sent, answer);
    const typed = update(addLesson(O, "a1", lesson), lesson.key, { title: "new" });
    const now = withIds(typed, saved);
    expect(now[0]?.lessons[1]).toMatchObject({ key: lesson.key, id: "n1", title: "new" });
    expect(fromSaved(toDto(now), now)[0]?.lessons[1]?.key).toBe(lesson.key);
  });
  it("does not take another order of keys for a change", () => {
    const turned = toDto(O).map(
      (module) => Object.fromEntries(Object.entries(module).reverse()) as unknown as ModuleDto,
    );
    expect(same(fromSaved(turned), O)).toBe(true);
  });
  it("finds the part a refusal speaks of", () => {
    expect(partAt(O, "modules.0.lessons.1.duration")).toBe("a2");
    expect(partAt(O, "modules.1.title")).toBe("B");
    expect(partAt(O, "modules")).toBeNull();
    expect(partAt(O, undefined)).toBeNull();
  });
});
