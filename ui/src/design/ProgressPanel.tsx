/** Long work: what it is, how far, how long still, and Cancel. */
import { Button, Progress } from "@mantine/core";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { formatBytes } from "./bytes";
import classes from "./ProgressPanel.module.css";
import { formatSpan } from "./time";

interface ProgressPanelProps {
  /** "Importing people" */
  title: string;
  done: number;
  /** Null or 0 while nobody knows. */
  total: number | null;
  /** What is counted, where it is no records. */
  unit?: "bytes";
  /** The step at hand: "Row 1,204: ada@x.org". */
  note?: string | null;
  /** Absent when it cannot be stopped any more. */
  onCancel?: () => void;
}

export function ProgressPanel({ title, done, total, unit, note, onCancel }: ProgressPanelProps) {
  const { t, i18n } = useTranslation("design");
  const started = useRef(performance.now());
  const count = (n: number) =>
    unit === "bytes" ? formatBytes(n, i18n.language) : n.toLocaleString(i18n.language);
  const seconds = (performance.now() - started.current) / 1000;
  const left = total && done > 0 && done < total && seconds > 2 ? (seconds / done) * (total - done) : null;
  const percent = total ? Math.min(100, (done / total) * 100) : 0;
  return (
    <section className={classes.panel} aria-label={title}>
      <div className={classes.head}>
        <strong>{title}</strong>
        {onCancel && (
          <Button size="xs" variant="default" onClick={onCancel}>
            {t("progress.cancel")}
          </Button>
        )}
      </div>
      <Progress.Root>
        <Progress.Section value={percent} aria-label={title} />
      </Progress.Root>
      <div className={classes.figures}>
        <span>
          {!total
            ? t("progress.counting", { done: count(done) })
            : t("progress.of", { done: count(done), total: count(total) })}
        </span>
        {left !== null && <span>{t("progress.left", { time: formatSpan(left, i18n.language) })}</span>}
      </div>
      {note && <div className={classes.note}>{note}</div>}
    </section>
  );
}
