/**
 * The outline while it is edited: modules and lessons in order, with keys that last while the page is open.
 * Pure operations; saving is `useOutline`, bringing two people's edits together is `rebase`.
 */
import type { LessonDto } from "@/bindings/LessonDto";
import type { ModuleDto } from "@/bindings/ModuleDto";
import { alike } from "../alike";

export interface Lesson extends LessonDto {
  key: string;
}

export interface Module extends Omit<ModuleDto, "lessons"> {
  key: string;
  lessons: Lesson[];
}

export type Outline = readonly Module[];

/** A row of the outline as it is walked with the arrows and dragged over. */
export type Row =
  | { kind: "module"; key: string; module: Module; m: number }
  | { kind: "lesson"; key: string; module: Module; m: number; lesson: Lesson; l: number };

let made = 0;
const freshKey = () => `new-${++made}`;

export const newLesson = (): Lesson => ({
  key: freshKey(),
  id: null,
  title: "",
  description: null,
  duration: null,
  kind: "video",
  isFree: false,
});

export const newModule = (): Module => ({
  key: freshKey(),
  id: null,
  title: "",
  description: null,
  duration: null,
  lessons: [],
});

/** As saved. Parts known from `before` keep their keys, so that the focus stays where it is. */
export function fromSaved(modules: ModuleDto[], before: Outline = []): Module[] {
  const keys = new Map<string, string>();
  for (const row of rows(before)) {
    const { id } = row.kind === "module" ? row.module : row.lesson;
    if (id) keys.set(id, row.key);
  }
  const keyOf = (id: string | null) => (id ? (keys.get(id) ?? id) : freshKey());
  return modules.map((module) => ({
    ...module,
    key: keyOf(module.id),
    lessons: module.lessons.map((lesson) => ({ ...lesson, key: keyOf(lesson.id) })),
  }));
}

export function rows(outline: Outline): Row[] {
  return outline.flatMap((module, m) => [
    { kind: "module" as const, key: module.key, module, m },
    ...module.lessons.map((lesson, l) => ({
      kind: "lesson" as const,
      key: lesson.key,
      module,
      m,
      lesson,
      l,
    })),
  ]);
}

export function find(outline: Outline, key: string): Row | undefined {
  return rows(outline).find((row) => row.key === key);
}

const put = <T>(list: readonly T[], at: number, ...items: T[]): T[] => [
  ...list.slice(0, at),
  ...items,
  ...list.slice(at),
];
const without = <T extends { key: string }>(list: readonly T[], key: string): T[] =>
  list.filter((item) => item.key !== key);

function inModule(outline: Outline, m: number, change: (lessons: Lesson[]) => Lesson[]): Module[] {
  return outline.map((module, i) => (i === m ? { ...module, lessons: change(module.lessons) } : module));
}

/** After that lesson, or first in that module. Without either: last of all. */
export function addLesson(outline: Outline, after: string | null, lesson: Lesson): Module[] {
  const row = after === null ? undefined : find(outline, after);
  if (!row) {
    if (outline.length === 0) return [{ ...newModule(), lessons: [lesson] }];
    return inModule(outline, outline.length - 1, (lessons) => [...lessons, lesson]);
  }
  return inModule(outline, row.m, (lessons) => put(lessons, row.kind === "module" ? 0 : row.l + 1, lesson));
}

/** After the module of that row; without one: last. */
export function addModule(outline: Outline, after: string | null, module: Module): Module[] {
  const row = after === null ? undefined : find(outline, after);
  return put(outline, row ? row.m + 1 : outline.length, module);
}

/** The lesson becomes the head of a new module, and what follows it in its module comes along. */
export function split(outline: Outline, key: string, module: Module): Module[] {
  const row = find(outline, key);
  if (row?.kind !== "lesson") return [...outline];
  const head = { ...row.module, lessons: row.module.lessons.slice(0, row.l) };
  const tail = { ...module, lessons: row.module.lessons.slice(row.l + 1) };
  return [...outline.slice(0, row.m), head, tail, ...outline.slice(row.m + 1)];
}

export type Change = Partial<Omit<Lesson, "key" | "id">>;

export function update(outline: Outline, key: string, change: Change): Module[] {
  return outline.map((module) => {
    if (module.key === key) return { ...module, ...change };
    if (!module.lessons.some((lesson) => lesson.key === key)) return module;
    return {
      ...module,
      lessons: module.lessons.map((lesson) => (lesson.key === key ? { ...lesson, ...change } : lesson)),
    };
  });
}

/** A part taken away, and where it stood. */
export type Removed =
  | { kind: "module"; module: Module; at: number }
  | { kind: "lesson"; lesson: Lesson; at: number; module: { key: string; id: string | null } };

export function remove(outline: Outline, key: string): { outline: Module[]; removed: Removed | null } {
  const row = find(outline, key);
  if (!row) return { outline: [...outline], removed: null };
  if (row.kind === "module") {
    return {
      outline: without(outline, key),
      removed: { kind: "module", module: row.module, at: row.m },
    };
  }
  return {
    outline: inModule(outline, row.m, (lessons) => without(lessons, key)),
    removed: {
      kind: "lesson",
      lesson: row.lesson,
      at: row.l,
      module: { key: row.module.key, id: row.module.id },
    },
  };
}

/** Back where it stood, or as near as what is there now allows. */
export function restore(outline: Outline, removed: Removed): Module[] {
  if (removed.kind === "module") return put(outline, Math.min(removed.at, outline.length), removed.module);
  const { key, id } = removed.module;
  const m = outline.findIndex((module) => module.key === key || (id !== null && module.id === id));
  if (m < 0) return addLesson(outline, null, removed.lesson);
  return inModule(outline, m, (lessons) =>
    put(lessons, Math.min(removed.at, lessons.length), removed.lesson),
  );
}

/** One step up or down: a module with its lessons past its neighbour, a lesson across modules too. */
export function step(outline: Outline, key: string, by: -1 | 1): Module[] {
  const row = find(outline, key);
  if (!row) return [...outline];
  if (row.kind === "module") {
    const to = row.m + by;
    if (to < 0 || to >= outline.length) return [...outline];
    return put(without(outline, key), to, row.module);
  }
  const to = row.l + by;
  if (to >= 0 && to < row.module.lessons.length) {
    return inModule(outline, row.m, (lessons) => put(without(lessons, key), to, row.lesson));
  }
  const neighbour = outline[row.m + by];
  if (!neighbour) return [...outline];
  const taken = inModule(outline, row.m, (lessons) => without(lessons, key));
  return inModule(taken, row.m + by, (lessons) => put(lessons, by < 0 ? lessons.length : 0, row.lesson));
}

/** Where a drop of one row on another lands: the dragged takes the place of the other, which makes room. */
export function drop(outline: Outline, key: string, over: string): Module[] {
  const all = rows(outline);
  const from = all.findIndex((row) => row.key === key);
  const to = all.findIndex((row) => row.key === over);
  const row = all[from];
  const target = all[to];
  if (!row || !target || from === to) return [...outline];
  if (row.kind === "module") {
    return row.m === target.m ? [...outline] : put(without(outline, key), target.m, row.module);
  }
  const taken = inModule(outline, row.m, (lessons) => without(lessons, key));
  const down = from < to;
  if (target.kind === "lesson") {
    const at = taken[target.m]?.lessons.findIndex((lesson) => lesson.key === over) ?? 0;
    return inModule(taken, target.m, (lessons) => put(lessons, down ? at + 1 : at, row.lesson));
  }
  // on a module's head: coming from above first in it, coming from below last of the one before
  const into = down || target.m === 0 ? target.m : target.m - 1;
  return inModule(taken, into, (lessons) => put(lessons, into === target.m ? 0 : lessons.length, row.lesson));
}

/**
 * What can be saved: a new part without a title is not there yet, a known one keeps the title it had; a module
 * that already holds lessons is called `untitled` until it has a title, because lessons must not be lost. An
 * identifier the saved outline does not have (of a part deleted and brought back) is given up.
 */
export function sendable(outline: Outline, saved: Outline, untitled: string): Module[] {
  const titles = new Map<string, string>();
  for (const row of rows(saved)) {
    const part = row.kind === "module" ? row.module : row.lesson;
    if (part.id) titles.set(part.id, part.title);
  }
  const ready = <T extends { id: string | null; title: string }>(part: T): T[] => {
    const id = part.id !== null && titles.has(part.id) ? part.id : null;
    const title = part.title.trim() || (id ? (titles.get(id) ?? "") : "");
    return title === "" ? [] : [{ ...part, id, title }];
  };
  return outline.flatMap((module) => {
    const lessons = module.lessons.flatMap(ready);
    const [head] = ready(module);
    if (head) return [{ ...head, lessons }];
    return lessons.length > 0 ? [{ ...module, id: null, title: untitled, lessons }] : [];
  });
}

export function toDto(outline: Outline): ModuleDto[] {
  return outline.map(({ key: _, lessons, ...module }) => ({
    ...module,
    lessons: lessons.map(({ key: __, ...lesson }) => lesson),
  }));
}

/** What was sent, with the identifiers it was given. Both have the same shape: the answer is what was sent. */
export function answered(sent: Outline, answer: ModuleDto[]): Module[] {
  return answer.map((module, m) => ({
    ...module,
    key: sent[m]?.key ?? module.id ?? freshKey(),
    lessons: module.lessons.map((lesson, l) => ({
      ...lesson,
      key: sent[m]?.lessons[l]?.key ?? lesson.id ?? freshKey(),
    })),
  }));
}

/** The outline as it is now, with identifiers of parts that have been saved meanwhile. */
export function withIds(outline: Outline, saved: Outline): Module[] {
  const ids = new Map<string, string | null>();
  for (const row of rows(saved)) ids.set(row.key, row.kind === "module" ? row.module.id : row.lesson.id);
  const known = <T extends { key: string; id: string | null }>(part: T): T => {
    const id = ids.get(part.key);
    return id && id !== part.id ? { ...part, id } : part;
  };
  return outline.map((module) => ({ ...known(module), lessons: module.lessons.map(known) }));
}

/** Whether both say the same, whatever their keys. */
export function same(a: Outline, b: Outline): boolean {
  return alike(toDto(a), toDto(b));
}

/** The part a refusal's field speaks of: `modules.1.lessons.0.title`. */
export function partAt(sent: Outline, field: string | undefined): string | null {
  const found = /^modules\.(\d+)(?:\.lessons\.(\d+))?/.exec(field ?? "");
  if (!found) return null;
  const module = sent[Number(found[1])];
  if (found[2] === undefined) return module?.key ?? null;
  return module?.lessons[Number(found[2])]?.key ?? null;
}
