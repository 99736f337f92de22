/** Durations of lessons as the outline writes them: `mm:ss` (minutes may exceed 59) or `h:mm:ss`. */

const PATTERN = /^(?:(\d{1,2}):([0-5]\d)|(\d{1,3})):([0-5]\d)$/;

/** Seconds; null when it does not read as a duration. */
export function seconds(text: string | null): number | null {
  const found = PATTERN.exec(text?.trim() ?? "");
  if (!found) return null;
  const [, hours, sixties, minutes, rest] = found;
  return Number(hours ?? 0) * 3600 + Number(sixties ?? minutes ?? 0) * 60 + Number(rest ?? 0);
}

/** What a person may mean by fewer signs: `15` is a quarter of an hour. Other text stays as typed. */
export function tidyDuration(typed: string): string {
  const text = typed.trim();
  return /^\d{1,3}$/.test(text) ? `${text}:00` : text;
}

/** All together; what does not read as a duration counts nothing. */
export function total(durations: (string | null)[]): number {
  return durations.reduce((sum, text) => sum + (seconds(text) ?? 0), 0);
}
