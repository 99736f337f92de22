/** A moment: relative, with the exact time on hover. One clock for the whole window, a tick a minute. */
import { useSyncExternalStore } from "react";
import { useSpoken } from "@/i18n/spoken";
import { formatDate, formatDateTime, formatDay, formatExact, onTimeZone, relative, timeZone } from "./time";

let now = new Date();
const listeners = new Set<() => void>();
let clock: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) {
    now = new Date();
    clock = setInterval(() => {
      now = new Date();
      for (const each of listeners) each();
    }, 60_000);
  }
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) clearInterval(clock);
  };
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

interface WhenProps {
  /** RFC 3339, or a day of the calendar; null or undefined reads "Never". */
  at: string | null | undefined;
  /** `relative` in lists, `date` for birthdays and due dates, `exact` in timelines and on receipts. */
  format?: "relative" | "date" | "exact";
}

export function When({ at, format = "relative" }: WhenProps) {
  const { language, words } = useSpoken();
  const current = useSyncExternalStore(subscribe, () => now);
  useSyncExternalStore(onTimeZone, timeZone);
  if (!at) return <span>{words("when.never")}</span>;
  if (DAY.test(at)) return <time dateTime={at}>{formatDay(at, language)}</time>;
  const date = new Date(at);
  const text =
    format === "date"
      ? formatDate(date, language)
      : format === "exact"
        ? formatDateTime(date, language)
        : (relative(date, current, language) ?? words("when.now"));
  return (
    // written when somebody points at it: the longest of the formats, and a list has hundreds
    <time
      dateTime={at}
      onPointerEnter={(event) => {
        event.currentTarget.title = formatExact(date, language);
      }}
    >
      {text}
    </time>
  );
}
