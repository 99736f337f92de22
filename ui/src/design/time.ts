/** Times for the eye: from RFC 3339 in UTC to the person's time zone and language. */

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["week", 604_800],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/** "3 hours ago", "in 2 days"; null when under a minute. Beyond 30 days the date itself says more. */
export function relative(at: Date, now: Date, locale: string): string | null {
  const seconds = Math.round((at.getTime() - now.getTime()) / 1000);
  const size = Math.abs(seconds);
  if (size < 60) return null;
  if (size > 30 * 86_400) return formatDate(at, locale);
  for (const [unit, length] of STEPS) {
    if (size >= length) {
      return new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(
        Math.trunc(seconds / length),
        unit,
      );
    }
  }
  return null;
}

/** 3 Mar 2026 */
export function formatDate(at: Date, locale: string): string {
  return at.toLocaleDateString(british(locale), { day: "numeric", month: "short", year: "numeric" });
}

/** 3 Mar 2026, 14:05 */
export function formatDateTime(at: Date, locale: string): string {
  return at.toLocaleString(british(locale), {
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
  });
}

/** With seconds and zone, for the hover. */
export function formatExact(at: Date, locale: string): string {
  return at.toLocaleString(british(locale), {
    weekday: "long",
    day: "numeric",
    month: "long",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    timeZoneName: "short",
  });
}

/** English without a country reads day before month and 24 hours, as ledgers do. */
function british(locale: string): string {
  return locale === "en" ? "en-GB" : locale;
}

/** 95 → "1 min 35 s": for spans of learning and waiting. */
export function formatSpan(seconds: number, locale: string): string {
  const unit = (value: number, name: "hour" | "minute" | "second") =>
    new Intl.NumberFormat(locale, { style: "unit", unit: name, unitDisplay: "short" }).format(value);
  const whole = Math.max(0, Math.round(seconds));
  const h = Math.floor(whole / 3600);
  const m = Math.floor((whole % 3600) / 60);
  const s = whole % 60;
  if (h > 0) return m > 0 ? `${unit(h, "hour")} ${unit(m, "minute")}` : unit(h, "hour");
  if (m > 0) return s > 0 && m < 10 ? `${unit(m, "minute")} ${unit(s, "second")}` : unit(m, "minute");
  return unit(s, "second");
}
