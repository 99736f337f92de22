/** Columns of a `DataList`: which are shown and how wide, TanStack Table's, kept on this computer. */
import {
  type ColumnDef,
  type ColumnSizingState,
  getCoreRowModel,
  useReactTable,
  type VisibilityState,
} from "@tanstack/react-table";
import { type ReactNode, type RefObject, useEffect, useMemo, useState } from "react";
import { readStored, writeStored } from "./stored";

export interface Column<Row> {
  id: string;
  header: string;
  cell: (row: Row) => ReactNode;
  /** Pixels; with `grow`, the least width. Default 140. */
  width?: number;
  /** Takes the width that is left. At least one column should. */
  grow?: boolean;
  align?: "start" | "end";
  /** The backend's name of the order by this column; absent means not sortable. */
  sortBy?: string;
  /** Not shown until chosen. */
  hidden?: boolean;
  /** Cannot be hidden (the name of the thing). */
  fixed?: boolean;
  /** Makes room where a row is open beside the list and not all columns fit: 1 goes first. */
  yields?: number;
  /** Text of two lines; every row of the list is as high then. */
  wrap?: boolean;
}

interface Stored {
  visible: VisibilityState;
  widths: ColumnSizingState;
}

const NO_ROWS: never[] = [];
const WIDTH = 140;
const BOX = 40;
/** The least a growing column keeps where it gives way as well. */
const NARROWEST = 120;
/** Of a row, left and right together. */
const PADDINGS = 28;

/** Pixels an element has for what is in it, while somebody wants to know; null until it was measured. */
export function useRoom(element: RefObject<HTMLElement | null>, wanted: boolean): number | null {
  const [room, setRoom] = useState<number | null>(null);
  useEffect(() => {
    if (!wanted || !element.current) return;
    const watch = new ResizeObserver(([entry]) => entry && setRoom(entry.contentRect.width));
    watch.observe(element.current);
    return () => watch.disconnect();
  }, [element, wanted]);
  return wanted ? room : null;
}

/** `room`: pixels there are beside an open row; null where every column that was chosen is shown. */
export function useListColumns<Row>(
  id: string,
  columns: Column<Row>[],
  selectable: boolean,
  room: number | null,
) {
  const [stored, setStored] = useState<Stored>(() => readStored(`list.${id}`, { visible: {}, widths: {} }));
  const store = (next: Stored) => {
    setStored(next);
    writeStored(`list.${id}`, next);
  };
  const defs = useMemo<ColumnDef<Row>[]>(
    () =>
      columns.map((column) => ({
        id: column.id,
        header: column.header,
        size: column.width ?? WIDTH,
        minSize: 48,
        enableHiding: !column.fixed,
      })),
    [columns],
  );
  const table = useReactTable<Row>({
    data: NO_ROWS,
    columns: defs,
    getCoreRowModel: getCoreRowModel(),
    columnResizeMode: "onChange",
    state: {
      columnSizing: stored.widths,
      columnVisibility: {
        ...Object.fromEntries(columns.map((column) => [column.id, !column.hidden])),
        ...stored.visible,
      },
    },
    onColumnSizingChange: (update) =>
      store({ ...stored, widths: typeof update === "function" ? update(stored.widths) : update }),
  });
  const visible = table.getVisibleLeafColumns().map((column) => column.id);
  const widthOf = (column: Column<Row>) => stored.widths[column.id] ?? column.width ?? WIDTH;
  const need = (of: Column<Row>[]) => of.reduce((sum, column) => sum + widthOf(column), selectable ? BOX : 0);
  let fit = columns.filter((column) => visible.includes(column.id));
  const yielding = fit
    .filter((column) => column.yields !== undefined)
    .sort((a, b) => (a.yields ?? 0) - (b.yields ?? 0));
  for (const column of yielding) {
    if (room === null || need(fit) + PADDINGS <= room) break;
    fit = fit.filter((each) => each !== column);
  }
  // where nothing more can go, the columns that grow give way
  const lack = room === null ? 0 : Math.max(0, need(fit) + PADDINGS - room);
  const growing = fit.filter((column) => column.grow && stored.widths[column.id] === undefined);
  const leastOf = (column: Column<Row>) =>
    growing.includes(column)
      ? Math.max(Math.min(NARROWEST, widthOf(column)), widthOf(column) - Math.ceil(lack / growing.length))
      : widthOf(column);
  const shownIds = fit.map((column) => column.id).join("\n");
  // the same array until other columns are shown: rows are memoised
  const shown = useMemo(() => {
    const ids = shownIds.split("\n");
    return columns.filter((column) => ids.includes(column.id));
  }, [shownIds, columns]);
  const template = [
    selectable ? `${BOX}px` : "",
    ...shown.map((column) => {
      const width = stored.widths[column.id];
      if (width) return `${width}px`;
      return column.grow ? `minmax(${leastOf(column)}px, 1fr)` : `${widthOf(column)}px`;
    }),
  ].join(" ");
  const least = shown.reduce((sum, column) => sum + leastOf(column), selectable ? BOX : 0);
  const headers = table.getFlatHeaders();
  return {
    /** What was chosen of them: the same object until something else is. */
    chosen: stored,
    shown,
    /** The ids of those that are chosen; some of them may make room. */
    visible,
    /** For `grid-template-columns`. */
    template,
    /** Pixels the columns need, the paddings of a row not counted. */
    least,
    choose: (ids: string[]) =>
      store({
        ...stored,
        visible: Object.fromEntries(columns.map((column) => [column.id, ids.includes(column.id)])),
      }),
    resizer: (column: string) => headers.find((each) => each.id === column)?.getResizeHandler(),
    resetWidth: (column: string) => {
      const { [column]: _, ...widths } = stored.widths;
      store({ ...stored, widths });
    },
  };
}

export type ListColumns<Row> = ReturnType<typeof useListColumns<Row>>;
