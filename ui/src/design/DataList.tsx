/**
 * The list of the product: virtual rows over pages fetched by offset, smooth at millions of rows, worked by
 * keyboard as an ARIA grid. Columns (`listColumns`), pages (`listPages`), what is drawn (`rowWindow`) and what
 * is selected (`listSelection`) are beside it.
 *
 * Deliberately absent: filters (`FilterBar`), what a row opens (`SidePanel`), and any sorting in the window:
 * the order is the backend's.
 */
import { ActionIcon, Button } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import type { QueryKey } from "@tanstack/react-query";
import {
  type CSSProperties,
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
  useCallback,
  useEffect,
  useEffectEvent,
  useId,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { useTranslation } from "react-i18next";
import { BackendError } from "@/backend/error";
import type { Page } from "@/backend/page";
import classes from "./DataList.module.css";
import { DataListFoot } from "./DataListFoot";
import { DataListHead } from "./DataListHead";
import { DataListRow } from "./DataListRow";
import { ErrorState } from "./ErrorState";
import type { Place } from "./foundIn";
import { type Column, useListColumns, useRoom } from "./listColumns";
import { useListPages, useTotal } from "./listPages";
import type { Sort } from "./listSearch";
import { MOST_SELECTED, type Selection, useListSelection } from "./listSelection";
import { keyMove } from "./listWindow";
import { usePreferences } from "./preferences";
import { useRowWindow } from "./rowWindow";
import { toast } from "./toast";

export interface DataListProps<Row> {
  /** Names the list; column choice is kept under it. */
  id: string;
  /** Accessible name: "People". */
  label: string;
  columns: Column<Row>[];
  rowKey: (row: Row) => string;
  /** What a person would call the row, for the checkbox: "Ada Lovelace". */
  rowName: (row: Row) => string;
  /** Everything the rows depend on besides the offset: `["people", { q, filters, sort }]`. */
  queryKey: QueryKey;
  fetchPage: (offset: number, limit: number) => Promise<Page<Row>>;
  pageSize?: number;
  sort?: Sort;
  onSort?: (sort: Sort) => void;
  /**
   * Click or Enter; `place` is for who comes back from what opens. With a side panel, moving through the list
   * afterwards opens each row passed.
   */
  onOpen?: (row: Row, place: Place) => void;
  /** Key of the row that is open beside the list. */
  openKey?: string | null;
  /** Where somebody stood who comes back to the list. */
  place?: Place | null;
  /** Buttons for the selected rows; absent means rows cannot be selected. */
  bulkActions?: (selection: Selection<Row>) => ReactNode;
  /** An `EmptyList` with the next step. */
  empty: ReactNode;
  /** On the right of the foot: export, for instance. */
  footer?: ReactNode;
}

export function DataList<Row>(props: DataListProps<Row>) {
  const { id, label, columns, rowKey, rowName, queryKey, fetchPage, pageSize = 100, sort, onSort } = props;
  const { onOpen, openKey = null, place = null, bulkActions, empty, footer } = props;
  const { t } = useTranslation("design");
  const { density } = usePreferences();
  const compact = density === "compact";
  const twoLines = columns.some((column) => column.wrap);
  const rowHeight = twoLines ? (compact ? 40 : 46) : compact ? 30 : 36;
  const domId = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(-1);
  const selectable = bulkActions !== undefined;
  const shape = useListColumns(id, columns, selectable, useRoom(scroller, openKey !== null));
  const hash = JSON.stringify(queryKey);
  const known = useTotal(hash);
  const { total, settled } = known;
  const view = useRowWindow(scroller, total ?? 20, rowHeight);
  const { rowAt, present, failure, retry } = useListPages({
    queryKey,
    fetchPage,
    pageSize,
    first: view.rows[0]?.index ?? 0,
    last: view.rows.at(-1)?.index ?? 0,
    known,
  });
  const chosen = useListSelection({ rowAt, rowKey, fetchPage, onProblem: toast.problem });

  const lastHash = useRef(hash);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another list starts anew
  useEffect(() => {
    if (lastHash.current === hash) return;
    lastHash.current = hash;
    setActive(-1);
    chosen.clear();
    view.goTo(0);
  }, [hash]);

  // back where somebody stood: first the place, then, once its page is there, the row by its key
  const [returning, setReturning] = useState<"place" | "row" | null>(place ? "place" : null);
  useLayoutEffect(() => {
    if (!place || returning === null || !settled || total === null) return;
    if (total === 0) return setReturning(null);
    if (returning === "place") {
      setActive(Math.min(place.index, total - 1));
      view.goTo(place.top);
      scroller.current?.focus({ preventScroll: true });
      return setReturning("row");
    }
    const rows = present();
    if (!rowAt(Math.min(place.index, total - 1)) || rows.length === 0) return;
    const at = rows.find(({ row }) => rowKey(row) === place.key)?.index;
    if (at !== undefined && at !== active) setActive(at);
    view.show(at ?? Math.min(place.index, total - 1));
    setReturning(null);
  });

  // movement and selection
  const placeOf = (index: number, row: Row): Place => ({ key: rowKey(row), index, top: view.place() });
  const move = (to: number) => {
    setReturning(null);
    setActive(to);
    view.show(to);
    if (openKey !== null) {
      const row = rowAt(to);
      if (row) onOpen?.(row, placeOf(to, row));
    }
  };
  const open = (index: number) => {
    const row = rowAt(index);
    if (!row) return;
    setActive(index);
    if (openKey === rowKey(row)) document.getElementById("side-panel")?.focus();
    else onOpen?.(row, placeOf(index, row));
  };

  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (event.target instanceof Element && event.target.closest('[role="columnheader"], a, button')) return;
    if (event.altKey || total === null || total === 0) return;
    const at = active;
    if (event.key === "Enter" && at >= 0) {
      open(at);
    } else if ((event.key === " " || event.key === "x") && at >= 0 && selectable && !event.ctrlKey) {
      chosen.toggle(at);
    } else if (event.key === "Escape" && chosen.size > 0) {
      chosen.clear();
    } else if (event.key === "a" && (event.ctrlKey || event.metaKey) && selectable) {
      void chosen.selectAll();
    } else {
      const to = event.ctrlKey || event.metaKey ? null : keyMove(event.key, at, total, view.whole());
      if (to === null) return;
      if (event.shiftKey && selectable) {
        const from = chosen.anchor >= 0 ? chosen.anchor : Math.max(at, 0);
        chosen.setAnchor(from);
        chosen.selectRange(from, to);
      }
      move(to);
    }
    event.preventDefault();
    event.stopPropagation();
  };
  // j and k, and all of it, work as soon as the page is open, before anything has the focus
  const onWindowKey = useEffectEvent((event: globalThis.KeyboardEvent) => {
    const nowhere = document.activeElement === document.body || document.activeElement?.id === "content";
    if (!nowhere || event.altKey || !total) return;
    if (event.ctrlKey || event.metaKey) {
      if (event.key !== "a" || !selectable) return;
      event.preventDefault();
      void chosen.selectAll();
      return;
    }
    if (!["j", "k", "ArrowDown", "ArrowUp"].includes(event.key)) return;
    event.preventDefault();
    scroller.current?.focus({ preventScroll: true });
    move(keyMove(event.key, active, total, 1) ?? 0);
  });
  useEffect(() => {
    const listener = (event: globalThis.KeyboardEvent) => onWindowKey(event);
    window.addEventListener("keydown", listener);
    return () => window.removeEventListener("keydown", listener);
  }, []);

  const press = (index: number, event: MouseEvent) => {
    setReturning(null);
    if (event.shiftKey && selectable) {
      chosen.selectRange(chosen.anchor >= 0 ? chosen.anchor : Math.max(active, 0), index);
      setActive(index);
    } else if ((event.ctrlKey || event.metaKey) && selectable) {
      chosen.toggle(index);
      setActive(index);
    } else {
      chosen.setAnchor(index);
      const row = rowAt(index);
      if (row && rowKey(row) !== openKey) open(index);
      else setActive(index);
    }
  };
  // rows are memoised, so what they call must not change with every render, yet do the newest thing
  const now = {
    press,
    toggle: chosen.toggle,
    sort: onSort,
    all: () => (chosen.size > 0 ? chosen.clear() : void chosen.selectAll()),
    selectAll: () => void chosen.selectAll(),
  };
  const latest = useRef(now);
  useLayoutEffect(() => {
    latest.current = now;
  });
  const onPress = useCallback((index: number, event: MouseEvent) => latest.current.press(index, event), []);
  const onToggle = useCallback((index: number) => latest.current.toggle(index), []);

  // head and foot are many parts that seldom change: a frame of scrolling draws neither again
  const sortable = onSort !== undefined;
  const selected = chosen.size === 0 ? "none" : chosen.size === total ? "all" : "some";
  // biome-ignore lint/correctness/useExhaustiveDependencies: `shape` is what `columns` and its choice make of it
  const head = useMemo(
    () => (
      <DataListHead
        columns={shape}
        sort={sort}
        onSort={sortable ? (by) => latest.current.sort?.(by) : undefined}
        all={selectable ? { selected, onToggle: () => latest.current.all() } : undefined}
      />
    ),
    [shape.shown, shape.chosen, shape.template, sort, sortable, selectable, selected],
  );
  const told = settled ? total : null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: as above
  const foot = useMemo(
    () => (
      <DataListFoot
        total={told}
        exact={known.exact}
        all={columns}
        columns={shape}
        onSelectAll={selectable ? () => latest.current.selectAll() : undefined}
      >
        {footer}
      </DataListFoot>
    ),
    [told, known.exact, columns, shape.shown, shape.chosen, selectable, footer],
  );

  const activeRendered = active >= 0 && view.rows.some((row) => row.index === active);
  const none = settled && total === 0;
  const first = Math.min(total ?? 0, MOST_SELECTED);
  const part = chosen.all && total !== null && chosen.size < total;

  return (
    <div className={classes.list}>
      <div
        ref={scroller}
        className={classes.scroller}
        style={{ "--list-least": `${shape.least}px` } as CSSProperties}
        role="grid"
        aria-label={label}
        aria-rowcount={total === null ? -1 : total + 1}
        aria-colcount={shape.shown.length + (selectable ? 1 : 0)}
        aria-multiselectable={selectable || undefined}
        aria-busy={!settled && !failure}
        aria-activedescendant={activeRendered ? `${domId}-${active}` : undefined}
        tabIndex={0}
        onKeyDown={onKeyDown}
        onFocus={(event) => {
          if (
            event.target === event.currentTarget &&
            active < 0 &&
            returning === null &&
            total &&
            event.currentTarget.matches(":focus-visible")
          )
            setActive(0);
        }}
      >
        {head}
        {!none && !failure && (
          <div role="rowgroup" className={classes.body} style={{ height: view.height }}>
            {view.rows.map(({ index, top }) => {
              const row = view.flies ? undefined : rowAt(index);
              const key = row ? rowKey(row) : null;
              const seat = index % view.rows.length;
              return (
                <DataListRow
                  key={seat}
                  place={seat}
                  domId={`${domId}-${index}`}
                  index={index}
                  top={top}
                  height={rowHeight}
                  row={row}
                  selectLabel={row && selectable ? t("list.selectRow", { name: rowName(row) }) : ""}
                  columns={shape.shown as Column<unknown>[]}
                  template={shape.template}
                  selectable={selectable}
                  active={index === active}
                  selected={key !== null && chosen.has(key)}
                  open={key !== null && key === openKey}
                  openable={onOpen !== undefined}
                  onPress={onPress}
                  onToggle={onToggle}
                />
              );
            })}
          </div>
        )}
      </div>
      {none && <div className={classes.instead}>{empty}</div>}
      {failure && (
        <div className={classes.instead}>
          <ErrorState title={t("list.errorTitle")} error={BackendError.from(failure)} onRetry={retry} />
        </div>
      )}
      {selectable && chosen.size > 0 && (
        <div className={classes.bulk} role="toolbar" aria-label={t("list.bulk")}>
          <strong role="status">
            {part
              ? t("list.selectedFirst", { count: chosen.size, total })
              : t("list.selected", { count: chosen.size })}
          </strong>
          {total !== null && chosen.size < first && (
            <Button size="xs" variant="subtle" onClick={() => void chosen.selectAll()}>
              {t(first < total ? "list.selectFirst" : "list.selectAllOf", { count: first })}
            </Button>
          )}
          {bulkActions?.(chosen.selection)}
          <ActionIcon aria-label={t("list.clearSelection")} onClick={chosen.clear}>
            <IconX size={15} stroke={1.8} />
          </ActionIcon>
        </div>
      )}
      {foot}
    </div>
  );
}
