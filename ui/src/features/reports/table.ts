/** Reading a report's table: columns by key, cells by kind. */
import type { Cell } from "@/bindings/Cell";
import type { MoneyDto } from "@/bindings/MoneyDto";
import type { ReportDto } from "@/bindings/ReportDto";

export const isMoney = (cell: Cell | undefined): cell is MoneyDto =>
  typeof cell === "object" && cell !== null;

export const columnIndex = (report: ReportDto, key: string) =>
  report.columns.findIndex((column) => column.key === key);

/** The currencies of a report's money: the institution's own first, then those with the most rows. */
export function currencies(report: ReportDto, own?: string | null): string[] {
  const seen = new Map<string, number>();
  for (const row of report.rows) {
    const money = row.find(isMoney);
    if (money) seen.set(money.currency, (seen.get(money.currency) ?? 0) + 1);
  }
  const rank = (code: string) => (code === own ? 0 : 1);
  return [...seen]
    .sort((a, b) => rank(a[0]) - rank(b[0]) || b[1] - a[1] || a[0].localeCompare(b[0]))
    .map(([code]) => code);
}

/** The rows and sums of one currency; of none, and where a row has no money, all of them. */
export function inCurrency(report: ReportDto, currency: string | undefined): ReportDto {
  if (!currency) return report;
  const fits = (row: Cell[]) => (row.find(isMoney)?.currency ?? currency) === currency;
  return { ...report, rows: report.rows.filter(fits), totals: report.totals.filter(fits) };
}

/** A cell as a number for drawing: minor units, counts, shares as percent. */
export function drawn(cell: Cell | undefined, kind: string): number {
  if (isMoney(cell)) return cell.minor;
  if (typeof cell !== "number") return 0;
  return kind === "rate" ? cell * 100 : cell;
}
