/** The pages behind the rows of a `DataList`: fetched by offset where one looks, kept while a filter changes. */
import { type QueryKey, useQueries } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import type { Page } from "@/backend/page";
import { pagesFor } from "./listWindow";

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

export interface Total {
  /** Null before the first answer; that of the filter before until the new one's is there. */
  total: number | null;
  /** The total belongs to the list as it is asked for now. */
  settled: boolean;
  exact: boolean;
  learn: (total: number, exact: boolean) => void;
}

/** How many rows there are, as the last page told. `hash` is the list that is asked for. */
export function useTotal(hash: string): Total {
  const [known, setKnown] = useState<{ hash: string; total: number; exact: boolean } | null>(null);
  return {
    total: known?.total ?? null,
    settled: known?.hash === hash,
    exact: known?.exact ?? true,
    learn: (total, exact) =>
      setKnown((k) =>
        k?.hash === hash && k.total === total && k.exact === exact ? k : { hash, total, exact },
      ),
  };
}

interface PagesArgs<Row> {
  queryKey: QueryKey;
  fetchPage: (offset: number, limit: number) => Promise<Page<Row>>;
  pageSize: number;
  first: number;
  last: number;
  known: Total;
}

export function useListPages<Row>({ queryKey, fetchPage, pageSize, first, last, known }: PagesArgs<Row>) {
  const hash = JSON.stringify(queryKey);
  const asked = useSettled(pagesFor(first, last, pageSize, known.settled ? known.total : null));
  const answers = useQueries({
    queries: asked.map((page) => ({
      queryKey: [...queryKey, "page", page, pageSize],
      queryFn: () => fetchPage(page * pageSize, pageSize),
    })),
  });
  // Rows of the filter before stay until the first page of the new one is there: no flicker while typing.
  const before = useRef<Map<number, Row[]>>(new Map());
  const current = new Map<number, Row[]>();
  asked.forEach((page, i) => {
    const rows = answers[i]?.data?.rows;
    if (rows) current.set(page, rows);
  });
  const loaded = answers.find((answer) => answer.data)?.data;
  const failure = answers.find((answer) => answer.error)?.error ?? null;
  const rowsByPage = current.size > 0 || failure ? current : before.current;
  useEffect(() => {
    if (current.size > 0) before.current = current;
  });
  const { learn } = known;
  const total = loaded?.total;
  const exact = loaded?.exact ?? true;
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is learnt changes with these alone
  useEffect(() => {
    if (total !== undefined) learn(total, exact);
  }, [total, exact, hash]);
  return {
    rowAt: (index: number): Row | undefined =>
      rowsByPage.get(Math.floor(index / pageSize))?.[index % pageSize],
    /** Rows of the list as it is asked for now, by index. */
    present: () =>
      [...current].flatMap(([page, rows]) => rows.map((row, i) => ({ index: page * pageSize + i, row }))),
    failure: current.size === 0 ? failure : null,
    retry: () => {
      for (const answer of answers) if (answer.error) void answer.refetch();
    },
  };
}
