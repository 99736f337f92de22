/**
 * Two people's edits of one outline brought together: what was done here over what somebody else saved.
 * The order is the one here; their additions come in beside the neighbours they were given; of a part both
 * kept, fields changed only there are taken. What one took away and the other changed stays, as a new part.
 */
import { alike } from "../alike";
import type { Lesson, Module, Outline } from "./outline";

type Part = Lesson | Module;

/** Fields of one part, three ways. Identifier, key and lessons are the caller's. */
function fields<T extends Part>(base: T | undefined, mine: T, theirs: T): T {
  const out: Record<string, unknown> = { ...mine };
  for (const [name, value] of Object.entries(theirs)) {
    if (name === "key" || name === "id" || name === "lessons") continue;
    const now = (mine as unknown as Record<string, unknown>)[name];
    const was = (base as unknown as Record<string, unknown> | undefined)?.[name];
    if (base && now === was) out[name] = value;
  }
  return out as unknown as T;
}

function changed<T extends Part>(base: T | undefined, mine: T): boolean {
  if (!base) return true;
  const own = ({ key: _, ...part }: Part) => ({ ...part, lessons: null });
  return !alike(own(base), own(mine));
}

const modulesById = (outline: Outline) =>
  new Map(outline.flatMap((module) => (module.id ? [[module.id, module] as const] : [])));
const lessonsById = (outline: Outline) =>
  new Map(
    outline.flatMap((module) =>
      module.lessons.flatMap((lesson) => (lesson.id ? [[lesson.id, lesson] as const] : [])),
    ),
  );

export function rebase(base: Outline, mine: Outline, theirs: Outline): Module[] {
  const [baseModules, theirModules] = [modulesById(base), modulesById(theirs)];
  const [baseLessons, theirLessons] = [lessonsById(base), lessonsById(theirs)];

  const lesson = (own: Lesson): Lesson[] => {
    if (!own.id) return [own];
    const there = theirLessons.get(own.id);
    if (there) return [fields(baseLessons.get(own.id), own, there)];
    return changed(baseLessons.get(own.id), own) ? [{ ...own, id: null }] : [];
  };
  const out = mine.flatMap((own): Module[] => {
    const lessons = own.lessons.flatMap(lesson);
    if (!own.id) return [{ ...own, lessons }];
    const there = theirModules.get(own.id);
    if (there) return [{ ...fields(baseModules.get(own.id), own, there), lessons }];
    const keep = lessons.length > 0 || changed(baseModules.get(own.id), own);
    return keep ? [{ ...own, id: null, lessons }] : [];
  });

  // what only they have
  const isNew = (part: Part) => {
    if (!part.id) return false;
    return "lessons" in part ? !baseModules.has(part.id) : !baseLessons.has(part.id);
  };
  theirs.forEach((there, m) => {
    const added = there.lessons.filter(isNew);
    let own = out.find((module) => module.id !== null && module.id === there.id);
    if (!own && (isNew(there) || added.length > 0)) {
      const before = theirs.slice(0, m).findLast((module) => out.some((other) => other.id === module.id));
      const at = before ? out.findIndex((module) => module.id === before.id) + 1 : 0;
      own = { ...there, lessons: [] };
      out.splice(at, 0, own);
    }
    if (!own || added.length === 0) return;
    const lessons = [...own.lessons];
    for (const extra of added) {
      const l = there.lessons.indexOf(extra);
      const before = there.lessons
        .slice(0, l)
        .findLast((other) => lessons.some((each) => each.id === other.id));
      const at = before ? lessons.findIndex((each) => each.id === before.id) + 1 : 0;
      lessons.splice(at, 0, extra);
    }
    out[out.indexOf(own)] = { ...own, lessons };
  });
  return out;
}
