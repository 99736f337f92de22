/** One row of the outline editor: handle, title to write in, what it is, away. */

import { useSortable } from "@dnd-kit/sortable";
import { ActionIcon } from "@mantine/core";
import { IconGripVertical, IconTrash } from "@tabler/icons-react";
import type { KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import { formatSpan } from "@/design";
import { total } from "../duration";
import { LessonIcon } from "../Outline";
import classes from "./curriculum.module.css";
import type { Row } from "./outline";

interface OutlineRowProps {
  row: Row;
  chosen: boolean;
  dragged: boolean;
  droppable: boolean;
  /** Where a dragged row would land. */
  line: "above" | "below" | null;
  issue: string | null;
  inputRef: (input: HTMLInputElement | null) => void;
  onTitle: (title: string) => void;
  onChoose: () => void;
  onLeave: () => void;
  onKeyDown: (event: KeyboardEvent<HTMLInputElement>) => void;
  onRemove: () => void;
}

export function OutlineRow({
  row,
  chosen,
  dragged,
  droppable,
  line,
  issue,
  inputRef,
  onTitle,
  onChoose,
  onLeave,
  onKeyDown,
  onRemove,
}: OutlineRowProps) {
  const { t, i18n } = useTranslation("courses");
  const { setNodeRef, setActivatorNodeRef, attributes, listeners } = useSortable({
    id: row.key,
    disabled: { droppable: !droppable },
  });
  const module = row.kind === "module";
  const title = module ? row.module.title : row.lesson.title;
  const place = module ? `${row.m + 1}` : `${row.m + 1}.${row.l + 1}`;
  const untitled = t(module ? "curriculum.untitledModule" : "curriculum.untitledLesson");
  const name = title || untitled;
  // one row at a time is in the tab order; the arrows walk the rest
  const tabIndex = chosen ? 0 : -1;
  const time = module ? total(row.module.lessons.map((lesson) => lesson.duration)) : 0;
  return (
    <li
      ref={setNodeRef}
      className={classes.row}
      data-kind={row.kind}
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
          {row.m + 1}
        </span>
      ) : (
        <span className={classes.kind}>
          <LessonIcon kind={row.lesson.kind} />
        </span>
      )}
      <input
        ref={inputRef}
        className={classes.title}
        value={title}
        maxLength={200}
        placeholder={untitled}
        aria-label={t(module ? "curriculum.moduleTitle" : "curriculum.lessonTitle", { place })}
        aria-invalid={issue !== null || undefined}
        title={issue ?? undefined}
        tabIndex={tabIndex}
        autoComplete="off"
        onChange={(event) => onTitle(event.currentTarget.value)}
        onFocus={onChoose}
        onBlur={onLeave}
        onKeyDown={onKeyDown}
      />
      {!module && row.lesson.isFree && <span className={classes.free}>{t("lesson.free")}</span>}
      <span className={classes.length}>
        {module ? time > 0 && formatSpan(time, i18n.language) : row.lesson.duration}
      </span>
      <ActionIcon
        className={classes.away}
        tabIndex={tabIndex}
        aria-label={t("curriculum.delete", { name })}
        onClick={onRemove}
      >
        <IconTrash size={15} stroke={1.6} />
      </ActionIcon>
    </li>
  );
}
