/** Indexes by collection, what needs a look first: pure, tested. */
import type { IndexRow } from "@/bindings/IndexRow";

export interface IndexGroup {
  collection: string;
  rows: IndexRow[];
}

/** Collections in the order they come; inside each, rows with a finding before the others. */
export function byCollection(rows: readonly IndexRow[]): IndexGroup[] {
  const groups = new Map<string, IndexRow[]>();
  for (const row of rows) groups.set(row.collection, [...(groups.get(row.collection) ?? []), row]);
  return [...groups].map(([collection, own]) => ({
    collection,
    rows: [...own.filter((row) => row.finding), ...own.filter((row) => !row.finding)],
  }));
}

/** Servers count from their start, so most counters begin together. */
const TOGETHER_MS = 60_000;

/** The moment since which all uses are counted, where it is one for all; then it is said once. */
export function sharedSince(rows: readonly IndexRow[]): string | null {
  const moments = rows.flatMap((row) => row.since ?? []).sort();
  const [first, last] = [moments[0], moments.at(-1)];
  if (!first || !last) return null;
  return Date.parse(last) - Date.parse(first) <= TOGETHER_MS ? first : null;
}
