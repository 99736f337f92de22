/** Times for the eye: from RFC 3339 in UTC to the person's time zone and language. */

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["week", 604_800],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

const relatives = new Map<string, Intl.RelativeTimeFormat>();

function distances(locale: string): Intl.RelativeTimeFormat {
  let format = relatives.get(locale);
  if (!format) {
    format = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
    relatives.set(locale, format);
  }
  return format;
}

/** "3 hours ago", "in 2 days"; null when under a minute. Beyond 30 days the date itself says more. */
export function relative(at: Date, now: Date, locale: string): string | null {
  const seconds = Math.round((at.getTime() - now.getTime()) / 1000);
  const size = Math.abs(seconds);
  if (size < 60) return null;
  if (size > 30 * 86_400) return formatDate(at, locale);
  for (const [unit, length] of STEPS) {
    if (size >= length) {
      return distances(locale).format(Math.trunc(seconds / length), unit);
    }
  }
  return null;
}

const formats = new Map<string, Intl.DateTimeFormat>();
let zone: string | undefined;
const listeners = new Set<() => void>();

/** From now on moments are told in this zone (IANA); null, or a zone nobody knows: the computer's. */
export function setTimeZone(next: string | null): void {
  let known = next ?? undefined;
  try {
    if (known) new Intl.DateTimeFormat("en", { timeZone: known });
  } catch {
    known = undefined;
  }
  if (known === zone) return;
  zone = known;
  formats.clear();
  for (const listener of listeners) listener();
}

export function timeZone(): string | undefined {
  return zone;
}

export function onTimeZone(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Making a formatter costs far more than using one, and lists use thousands. */
function written(at: Date, locale: string, kind: keyof typeof KINDS, timeZone = zone): string {
  const key = `${locale}|${kind}|${timeZone}`;
  let format = formats.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat(british(locale), { ...KINDS[kind], timeZone });
    formats.set(key, format);
  }
  return format.format(at);
}

const KINDS = {
  date: { day: "numeric", month: "short", year: "numeric" },
  longDate: { weekday: "long", day: "numeric", month: "long", year: "numeric" },
  moment: { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" },
  exact: {
    weekday: "long",
    day: "numeric",
    month: "long",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    timeZoneName: "short",
  },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;

/** 3 Mar 2026; in the person's zone, or in `zone` (IANA). */
export function formatDate(at: Date, locale: string, zone?: string): string {
  return written(at, locale, "date", zone);
}

/** Tuesday 3 March 2026 */
export function formatLongDate(at: Date, locale: string): string {
  return written(at, locale, "longDate");
}

/** A day of the calendar, `2026-03-03`, the same in every zone: 3 Mar 2026. Anything else as it is. */
export function formatDay(day: string, locale: string): string {
  const at = new Date(`${day}T00:00:00Z`);
  return Number.isNaN(at.getTime()) ? day : written(at, locale, "date", "UTC");
}

/** `2026-01-01..2026-03-31`, either end may be empty: 1 Jan 2026 – 31 Mar 2026 */
export function formatDays(days: string, locale: string): string {
  const [from = "", to = ""] = days.split("..");
  return [from, to]
    .map((day) => day && formatDay(day, locale))
    .join(" – ")
    .trim();
}

/** 3 Mar 2026, 14:05 */
export function formatDateTime(at: Date, locale: string): string {
  return written(at, locale, "moment");
}

/** With seconds and zone, for the hover. */
export function formatExact(at: Date, locale: string): string {
  return written(at, locale, "exact");
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
