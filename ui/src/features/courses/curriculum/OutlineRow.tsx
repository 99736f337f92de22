/**
 * One row of the outline editor: handle, title to write in, what it is, away. Drawn anew only when its own
 * part or place changes: outlines have hundreds of rows, and every key typed in one changes the outline.
 */
import { useSortable } from "@dnd-kit/sortable";
import { IconGripVertical, IconTrash } from "@tabler/icons-react";
import { type KeyboardEvent, memo } from "react";
import { useTranslation } from "react-i18next";
import { formatSpan } from "@/design";
import { total } from "../duration";
import { LessonIcon } from "../Outline";
import classes from "./curriculum.module.css";
import type { Lesson, Module } from "./outline";

/** What rows call; stable, so that they need not be drawn for it. */
export interface RowActions {
  input: (key: string, input: HTMLInputElement | null) => void;
  title: (key: string, title: string) => void;
  choose: (key: string) => void;
  leave: (key: string) => void;
  keyDown: (key: string, event: KeyboardEvent<HTMLInputElement>) => void;
  remove: (key: string) => void;
}

interface OutlineRowProps {
  /** The module, or the lesson with its place in it. */
  part: Module | Lesson;
  m: number;
  l: number | null;
  chosen: boolean;
  dragged: boolean;
  droppable: boolean;
  /** Where a dragged row would land. */
  line: "above" | "below" | null;
  issue: string | null;
  actions: RowActions;
}

export const OutlineRow = memo(function OutlineRow({
  part,
  m,
  l,
  chosen,
  dragged,
  droppable,
  line,
  issue,
  actions,
}: OutlineRowProps) {
  const { t, i18n } = useTranslation("courses");
  const { key, title } = part;
  const { setNodeRef, setActivatorNodeRef, attributes, listeners } = useSortable({
    id: key,
    disabled: { droppable: !droppable },
  });
  const module = "lessons" in part;
  const place = l === null ? `${m + 1}` : `${m + 1}.${l + 1}`;
  const untitled = t(module ? "curriculum.untitledModule" : "curriculum.untitledLesson");
  const name = title || untitled;
  // one row at a time is in the tab order; the arrows walk the rest
  const tabIndex = chosen ? 0 : -1;
  const time = module ? total(part.lessons.map((lesson) => lesson.duration)) : 0;
  return (
    <li
      ref={setNodeRef}
      className={classes.row}
      data-kind={module ? "module" : "lesson"}
      data-chosen={chosen || undefined}
      data-dragged={dragged || undefined}
      data-line={line ?? undefined}
      data-issue={issue !== null || undefined}
    >
      <button
        type="button"
        ref={setActivatorNodeRef}
        {...attributes}
        {...listeners}
        tabIndex={tabIndex}
        className={classes.handle}
        aria-label={t("drag.handle", { name })}
      >
        <IconGripVertical size={15} stroke={1.6} aria-hidden="true" />
      </button>
      {module ? (
        <span className={classes.number} aria-hidden="true">
          {m + 1}
        </span>
      ) : (
        <span className={classes.kind}>
          <LessonIcon kind={part.kind} />
        </span>
      )}
      <input
        ref={(input) => actions.input(key, input)}
        className={classes.title}
        value={title}
        maxLength={200}
        placeholder={untitled}
        aria-label={t(module ? "curriculum.moduleTitle" : "curriculum.lessonTitle", { place })}
        aria-invalid={issue !== null || undefined}
        title={issue ?? undefined}
        tabIndex={tabIndex}
        autoComplete="off"
        onChange={(event) => actions.title(key, event.currentTarget.value)}
        onFocus={() => actions.choose(key)}
        onBlur={() => actions.leave(key)}
        onKeyDown={(event) => actions.keyDown(key, event)}
      />
      {!module && part.isFree && <span className={classes.free}>{t("lesson.free")}</span>}
      <span className={classes.length}>
        {module ? time > 0 && formatSpan(time, i18n.language) : part.duration}
      </span>
      <button
        type="button"
        className={classes.away}
        tabIndex={tabIndex}
        aria-label={t("curriculum.delete", { name })}
        onClick={() => actions.remove(key)}
      >
        <IconTrash size={15} stroke={1.6} aria-hidden="true" />
      </button>
    </li>
  );
});
