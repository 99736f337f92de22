/** Small arithmetic of the dashboard, apart so that it is tested. */

/** By how much a figure moved, as a share of the former one; null where there is nothing to compare with. */
export function change(now: number, before: number): number | null {
  return before === 0 ? null : (now - before) / before;
}

/** "2026-03" → "Mar" (with its year in January, where a year begins: "Jan 26"). */
export function monthLabel(month: string, locale: string): string {
  const [year, number] = month.split("-").map(Number);
  const date = new Date(Date.UTC(year ?? 1970, (number ?? 1) - 1, 1));
  const name = date.toLocaleDateString(locale, { month: "short", timeZone: "UTC" });
  return number === 1 ? `${name} ${String(year).slice(2)}` : name;
}

/** The currencies that occur: the institution's own first, then those with the most months of revenue. */
export function currenciesOf(months: { currency: string; netMinor: number }[], own?: string): string[] {
  const filled = new Map<string, number>();
  for (const month of months) {
    filled.set(month.currency, (filled.get(month.currency) ?? 0) + (month.netMinor === 0 ? 0 : 1));
  }
  const rank = (code: string) => (code === own ? 0 : 1);
  return [...filled]
    .sort((a, b) => rank(a[0]) - rank(b[0]) || b[1] - a[1] || a[0].localeCompare(b[0]))
    .map(([code]) => code);
}
