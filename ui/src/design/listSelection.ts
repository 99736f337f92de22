/** The selected rows of a `DataList`: one by one, by stretch, or all that match up to what can be changed at once. */
import { useState } from "react";
import type { Page } from "@/backend/page";
import { rangeOf } from "./listWindow";

export interface Selection<Row> {
  keys: string[];
  rows: Row[];
  clear: () => void;
}

/** As many as the backend changes at once. */
export const MOST_SELECTED = 1_000;
/** As many as the backend answers at once. */
const A_STRETCH = 500;

/** The first rows of a list, up to `most`. */
async function firstRows<Row>(
  fetchPage: (offset: number, limit: number) => Promise<Page<Row>>,
  most: number,
): Promise<Row[]> {
  const rows: Row[] = [];
  while (rows.length < most) {
    const limit = Math.min(A_STRETCH, most - rows.length);
    const page = await fetchPage(rows.length, limit);
    rows.push(...page.rows);
    if (page.rows.length < limit) break;
  }
  return rows;
}

interface SelectionArgs<Row> {
  rowAt: (index: number) => Row | undefined;
  rowKey: (row: Row) => string;
  fetchPage: (offset: number, limit: number) => Promise<Page<Row>>;
  onProblem: (thrown: unknown) => void;
}

export function useListSelection<Row>({ rowAt, rowKey, fetchPage, onProblem }: SelectionArgs<Row>) {
  const [selected, setSelected] = useState<ReadonlyMap<string, Row>>(new Map());
  const [all, setAll] = useState(false);
  const [anchor, setAnchor] = useState(-1);
  const change = (next: (was: ReadonlyMap<string, Row>) => ReadonlyMap<string, Row>) => {
    setAll(false);
    setSelected(next);
  };
  const clear = () => change(() => new Map());
  return {
    size: selected.size,
    has: (key: string) => selected.has(key),
    selection: { keys: [...selected.keys()], rows: [...selected.values()], clear } satisfies Selection<Row>,
    clear,
    /** All that match are selected, or as many of them as can be. */
    all,
    /** Where a stretch begins; -1 when nothing was touched. */
    anchor,
    setAnchor,
    toggle: (index: number) => {
      const row = rowAt(index);
      if (!row) return;
      const key = rowKey(row);
      change((was) => {
        const next = new Map(was);
        if (!next.delete(key)) next.set(key, row);
        return next;
      });
      setAnchor(index);
    },
    selectRange: (from: number, to: number) =>
      change((was) => {
        const next = new Map(was);
        for (const index of rangeOf(from, to)) {
          const row = rowAt(index);
          if (row) next.set(rowKey(row), row);
        }
        return next;
      }),
    selectAll: async () => {
      try {
        const rows = await firstRows(fetchPage, MOST_SELECTED);
        setSelected(new Map(rows.map((row) => [rowKey(row), row])));
        setAll(true);
      } catch (thrown) {
        onProblem(thrown);
      }
    },
  };
}
