/**
 * The list of the product: virtual rows over pages fetched by offset, smooth at 100,000 rows, worked by
 * keyboard as an ARIA grid. Columns (choice, width) are TanStack Table's, rows TanStack Virtual's, pages
 * TanStack Query's.
 *
 * Deliberately absent: filters (`FilterBar`), what a row opens (`SidePanel`), and any sorting in the window:
 * the order is the backend's.
 */
import { ActionIcon, Button, Checkbox, Menu } from "@mantine/core";
import { IconAdjustmentsHorizontal, IconArrowDown, IconArrowUp, IconX } from "@tabler/icons-react";
import { type QueryKey, useQueries } from "@tanstack/react-query";
import {
  type ColumnDef,
  type ColumnSizingState,
  getCoreRowModel,
  useReactTable,
  type VisibilityState,
} from "@tanstack/react-table";
import { useVirtualizer } from "@tanstack/react-virtual";
import {
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
import { DataListRow } from "./DataListRow";
import { ErrorState } from "./ErrorState";
import type { Sort } from "./listSearch";
import { Flight, keyMove, pagesFor, rangeOf, rowsAround } from "./listWindow";
import { usePreferences } from "./preferences";
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

export interface Selection<Row> {
  keys: string[];
  /** Rows of the selection that have been seen; with `allKeys` there may be fewer than `keys`. */
  rows: Row[];
  clear: () => void;
}

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
  /** Click or Enter. With a side panel, moving through the list afterwards opens each row passed. */
  onOpen?: (row: Row) => void;
  /** Key of the row that is open beside the list. */
  openKey?: string | null;
  /** Buttons for the selected rows; absent means rows cannot be selected. */
  bulkActions?: (selection: Selection<Row>) => ReactNode;
  /** Keys of all rows that match, for "select all"; absent means no such box. */
  allKeys?: () => Promise<string[]>;
  /** An `EmptyState` with the next step. */
  empty: ReactNode;
  /** On the right of the foot: export, for instance. */
  footer?: ReactNode;
}

interface Stored {
  visible: VisibilityState;
  widths: ColumnSizingState;
}

/**
 * The pages worth asking for: those next to what was asked before at once, a far jump only when it rests.
 * Dragging the scroll bar over 100,000 rows thus asks for the place where it stops, not for all on the way.
 */
function useSettled(pages: number[]): number[] {
  const key = pages.join();
  const [rested, setRested] = useState(key);
  const last = useRef(pages);
  const near = pages.some((page) => last.current.some((other) => Math.abs(page - other) <= 1));
  const asked = near || rested === key ? pages : last.current;
  useEffect(() => {
    last.current = asked;
    if (rested === key) return;
    const timer = setTimeout(() => setRested(key), 60);
    return () => clearTimeout(timer);
  });
  return asked;
}

const HEAD = 32;
/** Rows drawn beyond either edge of what is in sight. */
const OVER = 6;
const NO_ROWS: never[] = [];

export function DataList<Row>(props: DataListProps<Row>) {
  const { id, label, columns, rowKey, rowName, queryKey, fetchPage, pageSize = 100, sort, onSort } = props;
  const { onOpen, openKey = null, bulkActions, allKeys, empty, footer } = props;
  const { t } = useTranslation("design");
  const { density } = usePreferences();
  const rowHeight = density === "compact" ? 30 : 36;
  const domId = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(-1);
  const [anchor, setAnchor] = useState(-1);
  const [selected, setSelected] = useState<ReadonlyMap<string, Row | null>>(new Map());
  const selectable = bulkActions !== undefined;

  // columns
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
  const offsetColumns = selectable ? 1 : 0;

  // pages
  const hash = JSON.stringify(queryKey);
  const [known, setKnown] = useState<{ hash: string; total: number; exact: boolean } | null>(null);
  const total = known?.total ?? null;
  const settled = known?.hash === hash;
  const count = total ?? 20;

  const virtual = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    rangeExtractor: ({ startIndex, endIndex }) =>
      rowsAround(startIndex, Math.max(inSight(), endIndex - startIndex + 1), OVER, count),
    // the sticky head takes its height from the scroller
    scrollPaddingEnd: HEAD + 8,
  });
  /** Rows that fit, a part of one at either edge included. */
  function inSight(): number {
    return Math.ceil((virtual.scrollRect?.height ?? 0) / rowHeight) + 1;
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: the estimate closes over the height
  useEffect(() => virtual.measure(), [rowHeight, virtual]);
  const items = virtual.getVirtualItems();
  const [flight] = useState(() => new Flight());
  const flies = flight.passes(items[0]?.index ?? 0, inSight(), virtual.isScrolling);
  const pages = pagesFor(items[0]?.index ?? 0, items.at(-1)?.index ?? 0, pageSize, settled ? total : null);
  const asked = useSettled(pages);
  const answers = useQueries({
    queries: asked.map((page) => ({
      queryKey: [...queryKey, "page", page, pageSize],
      queryFn: () => fetchPage(page * pageSize, pageSize),
    })),
  });
  // Rows of the filter before stay until the first page of the new one is there: no flicker while typing.
  const before = useRef<{ pages: Map<number, Row[]> }>({ pages: new Map() });
  const current = new Map<number, Row[]>();
  asked.forEach((page, i) => {
    const rows = answers[i]?.data?.rows;
    if (rows) current.set(page, rows);
  });
  const loaded = answers.find((answer) => answer.data)?.data;
  const failure = answers.find((answer) => answer.error)?.error;
  const rowsByPage = current.size > 0 || failure ? current : before.current.pages;
  useEffect(() => {
    if (current.size > 0) before.current.pages = current;
  });
  const freshTotal = loaded?.total;
  const exact = loaded?.exact ?? true;
  useEffect(() => {
    if (freshTotal === undefined) return;
    setKnown((k) =>
      k?.hash === hash && k.total === freshTotal && k.exact === exact
        ? k
        : { hash, total: freshTotal, exact },
    );
  }, [freshTotal, exact, hash]);
  const lastHash = useRef(hash);
  useEffect(() => {
    if (lastHash.current === hash) return;
    lastHash.current = hash;
    setActive(-1);
    setSelected(new Map());
    scroller.current?.scrollTo({ top: 0 });
  }, [hash]);
  const rowAt = (index: number): Row | undefined =>
    rowsByPage.get(Math.floor(index / pageSize))?.[index % pageSize];

  // movement and selection
  const move = (to: number) => {
    setActive(to);
    virtual.scrollToIndex(to, { align: "auto" });
    if (openKey !== null) {
      const row = rowAt(to);
      if (row) onOpen?.(row);
    }
  };
  const toggle = (index: number) => {
    const row = rowAt(index);
    if (!row || !selectable) return;
    const key = rowKey(row);
    setSelected((was) => {
      const next = new Map(was);
      if (!next.delete(key)) next.set(key, row);
      return next;
    });
    setAnchor(index);
  };
  const selectRange = (from: number, to: number) => {
    setSelected((was) => {
      const next = new Map(was);
      for (const index of rangeOf(from, to)) {
        const row = rowAt(index);
        if (row) next.set(rowKey(row), row);
      }
      return next;
    });
  };
  const selectAll = async () => {
    if (!allKeys) return;
    const keys = await allKeys();
    setSelected((was) => new Map(keys.map((key) => [key, was.get(key) ?? null])));
  };
  const open = (index: number) => {
    const row = rowAt(index);
    if (!row) return;
    setActive(index);
    if (openKey === rowKey(row)) document.getElementById("side-panel")?.focus();
    else onOpen?.(row);
  };

  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (event.target instanceof Element && event.target.closest('[role="columnheader"], a, button')) return;
    if (event.altKey || total === null || total === 0) return;
    const at = active;
    if (event.key === "Enter" && at >= 0) {
      open(at);
    } else if ((event.key === " " || event.key === "x") && at >= 0 && selectable && !event.ctrlKey) {
      toggle(at);
    } else if (event.key === "Escape" && selected.size > 0) {
      setSelected(new Map());
    } else if (event.key === "a" && (event.ctrlKey || event.metaKey) && allKeys && selectable) {
      void selectAll();
    } else {
      const visibleRows = Math.max(
        1,
        Math.floor(((scroller.current?.clientHeight ?? 400) - HEAD) / rowHeight) - 1,
      );
      const to = event.ctrlKey || event.metaKey ? null : keyMove(event.key, at, total, visibleRows);
      if (to === null) return;
      if (event.shiftKey && selectable) {
        const from = anchor >= 0 ? anchor : Math.max(at, 0);
        setAnchor(from);
        selectRange(from, to);
      }
      move(to);
    }
    event.preventDefault();
    event.stopPropagation();
  };
  // j and k work as soon as the page is open, before anything has the focus
  const onWindowKey = useEffectEvent((event: globalThis.KeyboardEvent) => {
    const nowhere = document.activeElement === document.body || document.activeElement?.id === "content";
    if (!nowhere || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!["j", "k", "ArrowDown", "ArrowUp"].includes(event.key) || !total) return;
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
    if (event.shiftKey && selectable) {
      selectRange(anchor >= 0 ? anchor : Math.max(active, 0), index);
      setActive(index);
    } else if ((event.ctrlKey || event.metaKey) && selectable) {
      toggle(index);
      setActive(index);
    } else {
      setAnchor(index);
      const row = rowAt(index);
      if (row && rowKey(row) !== openKey) open(index);
      else setActive(index);
    }
  };
  // rows are memoised, so what they call must not change with every render, yet do the newest thing
  const latest = useRef({ press, toggle });
  useLayoutEffect(() => {
    latest.current = { press, toggle };
  });
  const onPress = useCallback((index: number, event: MouseEvent) => latest.current.press(index, event), []);
  const onToggle = useCallback((index: number) => latest.current.toggle(index), []);

  const selection: Selection<Row> = {
    keys: [...selected.keys()],
    rows: [...selected.values()].filter((row): row is Row => row !== null),
    clear: () => setSelected(new Map()),
  };
  const activeRendered = active >= 0 && items.some((item) => item.index === active);
  const headers = table.getFlatHeaders();
  const none = settled && total === 0;
  const failedWhole = failure !== undefined && failure !== null && current.size === 0;

  return (
    <div className={classes.list}>
      <div
        ref={scroller}
        className={classes.scroller}
        role="grid"
        aria-label={label}
        aria-rowcount={total === null ? -1 : total + 1}
        aria-colcount={shown.length + offsetColumns}
        aria-multiselectable={selectable || undefined}
        aria-busy={!settled && !failedWhole}
        aria-activedescendant={activeRendered ? `${domId}-${active}` : undefined}
        tabIndex={0}
        onKeyDown={onKeyDown}
        onFocus={(event) => {
          if (
            event.target === event.currentTarget &&
            active < 0 &&
            total &&
            event.currentTarget.matches(":focus-visible")
          )
            setActive(0);
        }}
      >
        <div role="rowgroup" className={classes.headGroup}>
          <div
            role="row"
            aria-rowindex={1}
            className={classes.head}
            style={{ gridTemplateColumns: template }}
          >
            {selectable && (
              <div role="columnheader" aria-colindex={1} className={classes.check}>
                {allKeys ? (
                  <Checkbox
                    aria-label={t("list.selectAll")}
                    checked={selected.size > 0 && selected.size === total}
                    indeterminate={selected.size > 0 && selected.size !== total}
                    onChange={() => (selected.size > 0 ? selection.clear() : void selectAll())}
                  />
                ) : (
                  <span className="visually-hidden">{t("list.selectAll")}</span>
                )}
              </div>
            )}
            {shown.map((column, i) => {
              const sorted = column.sortBy !== undefined && sort?.by === column.sortBy ? sort.dir : null;
              const header = headers.find((each) => each.id === column.id);
              return (
                <div
                  key={column.id}
                  role="columnheader"
                  aria-colindex={i + 1 + offsetColumns}
                  aria-sort={sorted === "asc" ? "ascending" : sorted === "desc" ? "descending" : undefined}
                  className={classes.headCell}
                  data-align={column.align}
                >
                  {column.sortBy && onSort ? (
                    <button
                      type="button"
                      className={classes.sort}
                      title={t("list.sortBy", { column: column.header })}
                      onClick={() =>
                        onSort({ by: column.sortBy ?? column.id, dir: sorted === "asc" ? "desc" : "asc" })
                      }
                    >
                      {column.header}
                      {sorted === "asc" && <IconArrowUp size={12} stroke={2} aria-hidden="true" />}
                      {sorted === "desc" && <IconArrowDown size={12} stroke={2} aria-hidden="true" />}
                    </button>
                  ) : (
                    <span>{column.header}</span>
                  )}
                  <div
                    className={classes.resize}
                    aria-hidden="true"
                    onMouseDown={header?.getResizeHandler()}
                    onDoubleClick={() => {
                      const { [column.id]: _, ...widths } = stored.widths;
                      store({ ...stored, widths });
                    }}
                  />
                </div>
              );
            })}
          </div>
        </div>
        {!none && !failedWhole && (
          <div role="rowgroup" className={classes.body} style={{ height: virtual.getTotalSize() }}>
            {items.map((item) => {
              const row = flies ? undefined : rowAt(item.index);
              const key = row ? rowKey(row) : null;
              const place = item.index % items.length;
              return (
                <DataListRow
                  key={place}
                  place={place}
                  domId={`${domId}-${item.index}`}
                  index={item.index}
                  top={item.start}
                  height={rowHeight}
                  row={row}
                  selectLabel={row && selectable ? t("list.selectRow", { name: rowName(row) }) : ""}
                  columns={shown as Column<unknown>[]}
                  template={template}
                  selectable={selectable}
                  active={item.index === active}
                  selected={key !== null && selected.has(key)}
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
      {failedWhole && (
        <div className={classes.instead}>
          <ErrorState
            title={t("list.errorTitle")}
            error={BackendError.from(failure)}
            onRetry={() => {
              for (const answer of answers) if (answer.error) void answer.refetch();
            }}
          />
        </div>
      )}
      {selectable && selected.size > 0 && (
        <div className={classes.bulk} role="toolbar" aria-label={t("list.bulk")}>
          <strong>{t("list.selected", { count: selected.size })}</strong>
          {bulkActions?.(selection)}
          <ActionIcon aria-label={t("list.clearSelection")} onClick={selection.clear}>
            <IconX size={15} stroke={1.8} />
          </ActionIcon>
        </div>
      )}
      <div className={classes.foot}>
        <span role="status">
          {settled && total !== null
            ? t(known?.exact === false ? "list.totalOver" : "list.total", { count: total })
            : t("list.loading")}
        </span>
        <div className={classes.footRight}>
          {footer}
          <Menu position="top-end" closeOnItemClick={false}>
            <Menu.Target>
              <Button
                size="xs"
                variant="subtle"
                leftSection={<IconAdjustmentsHorizontal size={14} stroke={1.7} />}
              >
                {t("list.columns")}
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.CheckboxGroup
                value={visible}
                onChange={(next) =>
                  store({
                    ...stored,
                    visible: Object.fromEntries(
                      columns.map((column) => [column.id, next.includes(column.id)]),
                    ),
                  })
                }
              >
                {columns.map((column) => (
                  <Menu.CheckboxItem key={column.id} value={column.id} disabled={column.fixed === true}>
                    {column.header}
                  </Menu.CheckboxItem>
                ))}
              </Menu.CheckboxGroup>
            </Menu.Dropdown>
          </Menu>
        </div>
      </div>
    </div>
  );
}
