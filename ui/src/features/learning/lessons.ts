/** The lessons of a course in their order, what is left of them, and what marking one as done leads to. */
import type { LearningLesson } from "@/bindings/LearningLesson";
import type { LearningView } from "@/bindings/LearningView";
import type { ResultDto } from "@/bindings/ResultDto";

/** A lesson with its id known: one just being written has none and is on no student's screen. */
export type Known = LearningLesson & { id: string; module: number };

export function lessonsOf(view: LearningView): Known[] {
  return view.modules.flatMap((module, at) =>
    module.lessons.flatMap((one) => (one.lesson.id ? [{ ...one, id: one.lesson.id, module: at }] : [])),
  );
}

/** The lesson so many places further on; the ends hold. */
export function beside(lessons: readonly Known[], id: string | null, by: 1 | -1): string | null {
  const at = lessons.findIndex((one) => one.id === id);
  if (at < 0) return (by === 1 ? lessons[0] : undefined)?.id ?? null;
  return lessons[Math.min(Math.max(at + by, 0), lessons.length - 1)]?.id ?? null;
}

/** Where to go on after a lesson: the next one not done, from the start again; null when all are. */
export function nextUndone(lessons: readonly Known[], after: string): string | null {
  const at = lessons.findIndex((one) => one.id === after);
  const round = [...lessons.slice(at + 1), ...lessons.slice(0, at + 1)];
  return round.find((one) => one.id !== after && !one.completedAt && one.open)?.id ?? null;
}

/** Whole percent, rounded down, so that 100 means all lessons: as the backend counts. */
export function percentDone(lessons: readonly Known[]): number {
  const done = lessons.filter((one) => one.completedAt).length;
  return lessons.length === 0 ? 0 : Math.floor((done * 100) / lessons.length);
}

/** The course as it will look once the lesson is done. Completing the course itself is the backend's word. */
export function withLessonDone(
  view: LearningView,
  lesson: string,
  seconds: number,
  at: string,
): LearningView {
  const after: LearningView = {
    ...view,
    timeSpent: view.timeSpent + seconds,
    modules: view.modules.map((module) => ({
      ...module,
      lessons: module.lessons.map((one) =>
        one.lesson.id === lesson
          ? { ...one, completedAt: one.completedAt ?? at, timeSpent: one.timeSpent + seconds }
          : one,
      ),
    })),
  };
  return { ...after, progress: Math.max(view.progress, percentDone(lessonsOf(after))) };
}

export type ToDo =
  | { kind: "pay" }
  | { kind: "lessons"; left: number }
  | { kind: "pass"; assessment: ResultDto };

/** What still stands between here and completion, to be said in the reader's language. */
export function toDoOf(view: LearningView): ToDo[] {
  if (view.status !== "pending" && view.status !== "active") return [];
  const left = lessonsOf(view).filter((one) => !one.completedAt).length;
  return [
    ...(view.status === "pending" && view.due ? [{ kind: "pay" } as const] : []),
    ...(left > 0 ? [{ kind: "lessons", left } as const] : []),
    ...view.results
      .filter((result) => result.required && !result.passed)
      .map((assessment) => ({ kind: "pass", assessment }) as const),
  ];
}

/** "1:05" or "65" → 65 seconds; null when it is no place in a video. */
export function parsePlace(text: string): number | null {
  const parts = text.trim().split(":");
  if (parts.length > 3 || !parts.every((part) => /^\d{1,4}$/.test(part))) return null;
  if (parts.slice(1).some((part) => Number(part) > 59)) return null;
  return parts.reduce((sum, part) => sum * 60 + Number(part), 0);
}

/** 65 → "1:05". */
export function formatPlace(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (n: number) => String(n).padStart(2, "0");
  const h = Math.floor(whole / 3600);
  const m = Math.floor((whole % 3600) / 60);
  return h > 0 ? `${h}:${two(m)}:${two(whole % 60)}` : `${m}:${two(whole % 60)}`;
}
