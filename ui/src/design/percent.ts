/** Shares for the eye. */

const formats = new Map<string, Intl.NumberFormat>();

/** 0.42 → "42%", as the language writes it. Making a format costs far more than using one, and lists use thousands. */
export function formatPercent(share: number, locale: string, digits = 0): string {
  const key = `${locale} ${digits}`;
  let format = formats.get(key);
  if (!format) {
    format = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: digits });
    formats.set(key, format);
  }
  return format.format(share);
}
