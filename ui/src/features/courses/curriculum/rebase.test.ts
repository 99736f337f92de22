import { describe, expect, it } from "vitest";
import {
  addLesson,
  drop,
  fromSaved,
  type Module,
  newLesson,
  type Outline,
  remove,
  rows,
  toDto,
  update,
} from "./outline";
import { rebase } from "./rebase";

const lesson = (id: string) => ({
  id,
  title: id,
  description: null,
  duration: null,
  kind: "video" as const,
  isFree: false,
});
const module = (id: string, ...lessons: string[]) => ({
  id,
  title: id,
  description: null,
  duration: null,
  lessons: lessons.map(lesson),
});
const told = (outline: Outline) =>
  outline.map((m) => `${m.title}: ${m.lessons.map((l) => l.title).join(" ")}`.trim());
const BASE: Module[] = fromSaved([module("A", "a1", "a2"), module("B", "b1")]);
const again = (outline: Outline) => fromSaved(toDto(outline));

describe("two edits of one outline", () => {
  it("changes nothing when nobody did anything", () => {
    expect(told(rebase(BASE, BASE, again(BASE)))).toEqual(told(BASE));
  });

  it("keeps my order and my words, and takes theirs where I did nothing", () => {
    const mine = update(drop(BASE, "a2", "a1"), "b1", { title: "mine" });
    const theirs = again(update(update(BASE, "a1", { duration: "10:00" }), "b1", { title: "theirs" }));
    const both = rebase(BASE, mine, theirs);
    expect(told(both)).toEqual(["A: a2 a1", "B: mine"]);
    expect(both[0]?.lessons[1]?.duration).toBe("10:00");
  });

  it("brings in what they added, beside its neighbours", () => {
    const mine = drop(BASE, "A", "B");
    const theirs = fromSaved([module("A", "a1", "new", "a2"), module("N", "n1"), module("B", "first", "b1")]);
    expect(told(rebase(BASE, mine, theirs))).toEqual(["B: first b1", "A: a1 new a2", "N: n1"]);
  });

  it("lets go what they took away, unless I changed it", () => {
    const theirs = again(remove(remove(BASE, "a1").outline, "B").outline);
    expect(told(rebase(BASE, BASE, theirs))).toEqual(["A: a2"]);
    const mine = update(BASE, "b1", { title: "kept" });
    const both = rebase(BASE, mine, theirs);
    expect(told(both)).toEqual(["A: a2", "B: kept"]);
    expect(both[1]?.id).toBeNull();
    expect(both[1]?.lessons[0]?.id).toBeNull();
  });

  it("leaves away what I took away, but not what they added to it", () => {
    const mine = remove(BASE, "B").outline;
    expect(told(rebase(BASE, mine, again(BASE)))).toEqual(["A: a1 a2"]);
    const theirs = fromSaved([module("A", "a1", "a2"), module("B", "b1", "b2")]);
    expect(told(rebase(BASE, mine, theirs))).toEqual(["A: a1 a2", "B: b2"]);
  });

  it("keeps what is new here", () => {
    const mine = addLesson(BASE, "a1", { ...newLesson(), title: "n" });
    expect(told(rebase(BASE, mine, again(update(BASE, "A", { title: "AA" }))))).toEqual([
      "AA: a1 n a2",
      "B: b1",
    ]);
  });

  it("names every identifier once", () => {
    const mine = drop(BASE, "b1", "a1");
    const theirs = again(drop(BASE, "a2", "b1"));
    const ids = rows(rebase(BASE, mine, theirs)).map((row) =>
      row.kind === "module" ? row.module.id : row.lesson.id,
    );
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBe(5);
  });
});
