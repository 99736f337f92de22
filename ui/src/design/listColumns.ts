/** Columns of a `DataList`: which are shown and how wide, TanStack Table's, kept on this computer. */
import {
  type ColumnDef,
  type ColumnSizingState,
  getCoreRowModel,
  useReactTable,
  type VisibilityState,
} from "@tanstack/react-table";
import { type ReactNode, useMemo, useState } from "react";
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
}

interface Stored {
  visible: VisibilityState;
  widths: ColumnSizingState;
}

const NO_ROWS: never[] = [];

export function useListColumns<Row>(id: string, columns: Column<Row>[], selectable: boolean) {
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
        size: column.width ?? 140,
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
  const visibleIds = visible.join("\n");
  const shown = useMemo(() => {
    const ids = visibleIds.split("\n");
    return columns.filter((column) => ids.includes(column.id));
  }, [visibleIds, columns]);
  const template = [
    selectable ? "40px" : "",
    ...shown.map((column) => {
      const width = stored.widths[column.id];
      if (width) return `${width}px`;
      return column.grow ? `minmax(${column.width ?? 140}px, 1fr)` : `${column.width ?? 140}px`;
    }),
  ].join(" ");
  const least = shown.reduce(
    (sum, column) => sum + (stored.widths[column.id] ?? column.width ?? 140),
    selectable ? 40 : 0,
  );
  const headers = table.getFlatHeaders();
  return {
    /** What was chosen of them: the same object until something else is. */
    chosen: stored,
    shown,
    /** Their ids. */
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
