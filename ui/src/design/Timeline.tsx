/** The history of a record as dated plain sentences: when, who, from which device, what, and where it leads. */
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import classes from "./Timeline.module.css";
import type { Tone } from "./tokens";
import { When } from "./When";

export interface TimelineEntry {
  id: string;
  /** RFC 3339. */
  at: string;
  /** "Paid 250.00 GBP in cash." A full sentence in the person's language. */
  sentence: ReactNode;
  /** Name of who did it; absent for what the program did by itself. */
  who?: string | null;
  device?: string | null;
  /** A `TextLink` to the receipt, the payment, the other record. */
  link?: ReactNode;
  tone?: Tone;
}

/** Newest first is the caller's order; the component keeps it. */
export function Timeline({ entries, label }: { entries: TimelineEntry[]; label: string }) {
  const { t } = useTranslation("design");
  if (entries.length === 0) return <p className={classes.empty}>{t("timeline.empty")}</p>;
  return (
    <ol className={classes.timeline} aria-label={label}>
      {entries.map((entry) => (
        <li key={entry.id} className={classes.entry} data-tone={entry.tone ?? "grey"}>
          <span className={classes.mark} aria-hidden="true" />
          <div className={classes.sentence}>
            {entry.sentence} {entry.link}
          </div>
          <div className={classes.by}>
            <When at={entry.at} format="exact" />
            {entry.who && <span>{entry.who}</span>}
            {entry.device && <span>{t("timeline.from", { device: entry.device })}</span>}
          </div>
        </li>
      ))}
    </ol>
  );
}
