/**
 * The outline as rows one writes in. Enter writes the next lesson, on an empty one it begins a module; arrows
 * walk, Alt+arrows move, Backspace takes an empty row away; rows are dragged by their handle, with the
 * pointer or with the keyboard (Space, arrows, Space).
 */

import {
  closestCenter,
  DndContext,
  type DragEndEvent,
  DragOverlay,
  KeyboardSensor,
  PointerSensor,
  type UniqueIdentifier,
  useSensor,
  useSensors,
} from "@dnd-kit/core";
import { SortableContext, sortableKeyboardCoordinates } from "@dnd-kit/sortable";
import { Button } from "@mantine/core";
import { IconFolderPlus, IconPlus } from "@tabler/icons-react";
import { type KeyboardEvent, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { EmptyState, toast } from "@/design";
import classes from "./curriculum.module.css";
import { OutlineRow, type RowActions } from "./OutlineRow";
import {
  addLesson,
  addModule,
  drop,
  find,
  newLesson,
  newModule,
  type Outline,
  type Row,
  rows,
  split,
  step,
  update,
} from "./outline";
import type { OutlineState } from "./useOutline";

interface OutlineEditorProps {
  state: OutlineState;
  chosen: string | null;
  onChoose: (key: string | null) => void;
}

// written once: other objects would be other sensors, and all rows drawn anew with every key
const POINTER = { activationConstraint: { distance: 4 } };
const KEYBOARD = { coordinateGetter: sortableKeyboardCoordinates };

/** Rows do not make room while one is dragged: a line shows where it lands. */
const noRoom = () => null;

export function OutlineEditor({ state, chosen, onChoose }: OutlineEditorProps) {
  const { t } = useTranslation("courses");
  const { outline } = state;
  const all = rows(outline);
  // the same list as long as the order is: otherwise every row is drawn with every key
  const order = all.map((row) => row.key).join();
  const keys = useMemo(() => order.split(","), [order]);
  const inputs = useRef(new Map<string, HTMLInputElement>());
  const wanted = useRef<string | null>(null);
  const [dragged, setDragged] = useState<Row | null>(null);
  const [over, setOver] = useState<string | null>(null);
  const sensors = useSensors(useSensor(PointerSensor, POINTER), useSensor(KeyboardSensor, KEYBOARD));

  useLayoutEffect(() => {
    if (wanted.current === null) return;
    const input = inputs.current.get(wanted.current);
    wanted.current = null;
    input?.focus();
    input?.scrollIntoView({ block: "nearest" });
  });
  const focus = (key: string | null | undefined) => {
    if (!key) return;
    wanted.current = key;
    onChoose(key);
  };
  const change = (next: Outline, then?: string) => {
    state.change(next);
    focus(then);
  };

  const writeLesson = (after: string | null) => {
    const lesson = newLesson();
    change(addLesson(outline, after, lesson), lesson.key);
  };
  const writeModule = (after: string | null) => {
    const module = newModule();
    change(addModule(outline, after, module), module.key);
  };
  const takeAway = (row: Row, next: Row | undefined) => {
    const part = row.kind === "module" ? row.module : row.lesson;
    const empty = part.title.trim() === "" && (row.kind === "lesson" || row.module.lessons.length === 0);
    const undo = state.remove(row.key);
    if (next) focus(next.key);
    else onChoose(null);
    if (!undo || (empty && part.id === null)) return;
    toast.done(
      (t) => {
        const title = part.title || t("courses:curriculum.untitledLesson");
        return row.kind === "module"
          ? t("courses:curriculum.moduleDeleted", { title, count: row.module.lessons.length })
          : t("courses:curriculum.lessonDeleted", { title });
      },
      { undo },
    );
  };

  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>, row: Row) => {
    if (event.nativeEvent.isComposing || event.ctrlKey || event.metaKey) return;
    const at = all.findIndex((each) => each.key === row.key);
    const title = row.kind === "module" ? row.module.title : row.lesson.title;
    const input = event.currentTarget;
    if (event.altKey) {
      if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
      change(step(outline, row.key, event.key === "ArrowUp" ? -1 : 1), row.key);
    } else if (event.key === "Enter") {
      if (row.kind === "lesson" && title.trim() === "" && row.lesson.id === null) {
        const module = newModule();
        change(split(outline, row.key, module), module.key);
      } else if (event.shiftKey) {
        writeModule(row.key);
      } else {
        writeLesson(row.key);
      }
    } else if (event.key === "ArrowUp") {
      focus(all[at - 1]?.key);
    } else if (event.key === "ArrowDown") {
      focus(all[at + 1]?.key);
    } else if (event.key === "Backspace" && title === "") {
      if (row.kind === "module" && row.module.lessons.length > 0) return;
      takeAway(row, all[at - 1] ?? all[at + 1]);
    } else if (event.key === "Escape") {
      input.select();
    } else {
      return;
    }
    event.preventDefault();
    // the row is the same one after a move: React keeps its input, and its focus
    if (wanted.current && inputs.current.get(wanted.current) === input) input.focus();
  };

  const withRow = (key: string, act: (row: Row, at: number) => void) => {
    const at = all.findIndex((row) => row.key === key);
    const row = all[at];
    if (row) act(row, at);
  };
  const latest = useRef<Omit<RowActions, "input">>(null);
  useLayoutEffect(() => {
    latest.current = {
      title: (key, title) => state.change(update(outline, key, { title })),
      choose: onChoose,
      leave: state.retitle,
      keyDown: (key, event) => withRow(key, (row) => onKeyDown(event, row)),
      remove: (key) => withRow(key, (row, at) => takeAway(row, all[at + 1] ?? all[at - 1])),
    };
  });
  const actions = useMemo<RowActions>(
    () => ({
      input: (key, input) => {
        if (input) inputs.current.set(key, input);
        else inputs.current.delete(key);
      },
      title: (...args) => latest.current?.title(...args),
      choose: (...args) => latest.current?.choose(...args),
      leave: (...args) => latest.current?.leave(...args),
      keyDown: (...args) => latest.current?.keyDown(...args),
      remove: (...args) => latest.current?.remove(...args),
    }),
    [],
  );

  const nameOf = (id: UniqueIdentifier) => {
    const row = find(outline, String(id));
    if (!row) return "";
    return row.kind === "module"
      ? row.module.title || t("curriculum.untitledModule")
      : row.lesson.title || t("curriculum.untitledLesson");
  };
  const onDragEnd = ({ active, over: target }: DragEndEvent) => {
    setDragged(null);
    setOver(null);
    if (target && target.id !== active.id) {
      state.change(drop(outline, String(active.id), String(target.id)));
      onChoose(String(active.id));
    }
  };
  const from = dragged ? all.findIndex((row) => row.key === dragged.key) : -1;
  const to = over ? all.findIndex((row) => row.key === over) : -1;
  // the line stands below the row it lands after; for a module that is the last row of the other one
  const lineAt = (row: Row, i: number): "above" | "below" | null => {
    if (from < 0 || to < 0 || from === to || !dragged) return null;
    if (dragged.kind === "lesson") {
      if (i !== to) return null;
      return to > from || (row.kind === "module" && row.m === 0) ? "below" : "above";
    }
    const target = all[to];
    if (!target || target.m === dragged.m || row.m !== target.m) return null;
    if (target.m < dragged.m) return row.kind === "module" ? "above" : null;
    return all[i + 1]?.m !== row.m ? "below" : null;
  };

  return (
    <div className={classes.outline}>
      {outline.length === 0 ? (
        <EmptyState
          title={t("curriculum.emptyTitle")}
          body={t("curriculum.emptyBody")}
          action={<Button onClick={() => writeModule(null)}>{t("curriculum.firstModule")}</Button>}
        />
      ) : (
        <>
          <DndContext
            sensors={sensors}
            collisionDetection={closestCenter}
            onDragStart={({ active }) => setDragged(find(outline, String(active.id)) ?? null)}
            onDragOver={({ over: target }) => setOver(target ? String(target.id) : null)}
            onDragEnd={onDragEnd}
            onDragCancel={() => {
              setDragged(null);
              setOver(null);
            }}
            accessibility={{
              screenReaderInstructions: { draggable: t("drag.instructions") },
              announcements: {
                onDragStart: ({ active }) => t("drag.start", { name: nameOf(active.id) }),
                onDragOver: ({ active, over: target }) =>
                  target
                    ? t("drag.over", { name: nameOf(active.id), place: nameOf(target.id) })
                    : t("drag.nowhere", { name: nameOf(active.id) }),
                onDragEnd: ({ active, over: target }) =>
                  target
                    ? t("drag.end", { name: nameOf(active.id), place: nameOf(target.id) })
                    : t("drag.cancel", { name: nameOf(active.id) }),
                onDragCancel: ({ active }) => t("drag.cancel", { name: nameOf(active.id) }),
              },
            }}
          >
            <SortableContext items={keys} strategy={noRoom}>
              <ol className={classes.rows} aria-label={t("curriculum.title")}>
                {all.map((row, i) => (
                  <OutlineRow
                    key={row.key}
                    part={row.kind === "module" ? row.module : row.lesson}
                    m={row.m}
                    l={row.kind === "module" ? null : row.l}
                    chosen={row.key === chosen || (chosen === null && i === 0)}
                    dragged={row.key === dragged?.key || (dragged?.kind === "module" && row.m === dragged.m)}
                    droppable={dragged?.kind !== "module" || row.kind === "module"}
                    line={lineAt(row, i)}
                    issue={state.issue?.key === row.key ? state.issue.message : null}
                    actions={actions}
                  />
                ))}
              </ol>
            </SortableContext>
            <DragOverlay dropAnimation={null}>
              {dragged && (
                <div className={classes.overlay}>
                  {nameOf(dragged.key)}
                  {dragged.kind === "module" && dragged.module.lessons.length > 0 && (
                    <span className={classes.dim}>
                      {t("card.lessons", { count: dragged.module.lessons.length })}
                    </span>
                  )}
                </div>
              )}
            </DragOverlay>
          </DndContext>
          <div className={classes.adders}>
            <Button
              size="xs"
              variant="default"
              leftSection={<IconPlus size={14} stroke={1.8} />}
              onClick={() => writeLesson(null)}
            >
              {t("curriculum.addLesson")}
            </Button>
            <Button
              size="xs"
              variant="default"
              leftSection={<IconFolderPlus size={14} stroke={1.7} />}
              onClick={() => writeModule(null)}
            >
              {t("curriculum.addModule")}
            </Button>
            <span className={classes.keys}>
              <kbd>Enter</kbd> {t("keys.next")} <kbd>Shift Enter</kbd> {t("keys.module")} <kbd>Alt ↑↓</kbd>{" "}
              {t("keys.move")} <kbd>Ctrl S</kbd> {t("keys.save")}
            </span>
          </div>
        </>
      )}
    </div>
  );
}
