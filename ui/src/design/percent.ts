/** Shares for the eye. */

const formats = new Map<string, Intl.NumberFormat>();

/** 0.42 → "42%"; whole percents. Making a format costs far more than using one, and lists use thousands. */
export function formatPercent(share: number, locale: string): string {
  let format = formats.get(locale);
  if (!format) {
    format = new Intl.NumberFormat(locale, { style: "percent" });
    formats.set(locale, format);
  }
  return format.format(share);
}
