/** A moment: relative, with the exact time on hover. One clock for the whole window, a tick a minute. */
import { useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { formatDate, formatDateTime, formatExact, relative } from "./time";

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

interface WhenProps {
  /** RFC 3339; null or undefined reads "Never". */
  at: string | null | undefined;
  /** `relative` in lists, `date` for birthdays and due dates, `exact` in timelines and on receipts. */
  format?: "relative" | "date" | "exact";
}

export function When({ at, format = "relative" }: WhenProps) {
  const { t, i18n } = useTranslation("design");
  const current = useSyncExternalStore(subscribe, () => now);
  if (!at) return <span>{t("when.never")}</span>;
  const date = new Date(at);
  const text =
    format === "date"
      ? formatDate(date, i18n.language)
      : format === "exact"
        ? formatDateTime(date, i18n.language)
        : (relative(date, current, i18n.language) ?? t("when.now"));
  return (
    <time dateTime={at} title={formatExact(date, i18n.language)}>
      {text}
    </time>
  );
}
