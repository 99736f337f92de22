/** Steps three and four: every row is checked without writing, then imported; errors stand at their rows. */
import { Button } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useBackendEvent } from "@/backend/events";
import { useHeld } from "@/backend/held";
import { cancelTask, useRunImport, useUndoImport } from "@/backend/queries/operations";
import type { ImportError } from "@/bindings/ImportError";
import type { ImportKind } from "@/bindings/ImportKind";
import type { ProgressDto } from "@/bindings/ProgressDto";
import { ErrorState, LinkButton, ProgressPanel, Said, Section, toast } from "@/design";
import { say } from "@/i18n/spoken";
import type { ChosenFile } from "./file";
import classes from "./import.module.css";
import { undone } from "./undone";

/** How many rows are listed. */
const SHOWN = 200;

interface Props {
  kind: ImportKind;
  file: ChosenFile;
  mapping: Record<string, string>;
  onAnother: () => void;
}

export function CheckAndImport({ kind, file, mapping, onAnother }: Props) {
  const { t, i18n } = useTranslation("people");
  const undo = useUndoImport();
  const [fresh] = useState(() => crypto.randomUUID());
  const [task] = useHeld(`import ${kind} task`, fresh);
  const [progress, setProgress] = useHeld<ProgressDto | null>(`import ${kind} progress`, null);
  const [stopping, setStopping] = useHeld(`import ${kind} stopping`, false);
  const { start, checked, written } = useRunImport(task);
  useBackendEvent("progress", (p) => {
    if (p.task === task) setProgress(p);
  });
  const args = (dryRun: boolean) => ({
    kind,
    file: file.name,
    content: file.content,
    mapping: Object.entries(mapping).map(([field, column]) => ({ field, column })),
    dryRun,
    task,
  });
  const started = useRef(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the check starts once, when the step appears
  useEffect(() => {
    if (started.current) return;
    started.current = true;
    if (!checked) start(args(true));
  }, []);

  const stop = () => {
    setStopping(true);
    cancelTask(task).catch(toast.problem);
  };
  const importRows = () => {
    setProgress(null);
    setStopping(false);
    start(args(false));
  };
  const count = (n: number) => n.toLocaleString(i18n.language);

  const writing = written?.status === "pending";
  const working = writing || checked?.status === "pending";
  const place = useRef<HTMLSpanElement>(null);
  // what happens here was asked for at the foot of the long table of columns: it is brought into view
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever something else stands here
  useEffect(() => place.current?.scrollIntoView({ block: "start" }), [working, written]);
  const top = <span ref={place} />;
  const back = undo.data;

  if (working) {
    return (
      <>
        {top}
        <Section title={t(writing ? "import.step.import" : "import.step.check")}>
          <ProgressPanel
            title={t(writing ? "import.importing" : "import.checking", { name: file.name })}
            done={progress?.done ?? 0}
            total={progress?.total || null}
            note={stopping ? t("import.stopping") : null}
            onCancel={stopping ? undefined : stop}
          />
        </Section>
      </>
    );
  }
  const failed = written?.error ?? checked?.error;
  if (failed) {
    return (
      <>
        {top}
        <Section title={t("import.step.check")}>
          <ErrorState
            title={t("import.failed")}
            error={failed}
            onRetry={() => (written?.error ? importRows() : start(args(true)))}
          />
        </Section>
      </>
    );
  }
  const outcome = written?.data ?? checked?.data;
  if (!outcome) return null;
  const done = written?.data !== undefined;
  const verdict = done
    ? outcome.cancelled
      ? "import.verdict.cancelled"
      : "import.verdict.done"
    : "import.verdict.check";
  const figures = {
    created: count(outcome.created),
    skipped: count(outcome.skipped),
    faulty: count(outcome.faultyRows),
  };
  return (
    <>
      {top}
      <Section title={t(back ? "import.step.undone" : done ? "import.step.done" : "import.step.check")}>
        <p className={classes.verdict} role="status">
          {back ? say((t) => undone(t, back)) : t(verdict, figures)}
        </p>
        <Rows
          rows={outcome.errors}
          all={outcome.errorCount}
          title={t("import.errors")}
          said={t("import.problem")}
        />
        <Rows
          rows={outcome.notes}
          all={outcome.notes.length}
          title={t("import.notes")}
          said={t("import.note")}
        />
        <div className={classes.actions}>
          {!done && (
            <Button onClick={importRows} disabled={outcome.created === 0}>
              {t(`import.${kind}.verb`, { rows: count(outcome.created) })}
            </Button>
          )}
          {done && (
            <>
              <Button variant="default" onClick={onAnother}>
                {t("import.another")}
              </Button>
              {written?.data?.import && !undo.isSuccess && (
                <Button
                  variant="default"
                  loading={undo.isPending}
                  onClick={() =>
                    undo.mutate(written.data?.import ?? "", {
                      onError: toast.problem,
                      onSuccess: (back) => toast.done((t) => undone(t, back)),
                    })
                  }
                >
                  {t("import.undo")}
                </Button>
              )}
              <LinkButton to={kind === "people" ? "/people" : "/courses"}>
                {t(`import.${kind}.show`)}
              </LinkButton>
            </>
          )}
        </div>
      </Section>
    </>
  );
}

interface RowsProps {
  rows: ImportError[];
  /** How many there are in all. */
  all: number;
  title: string;
  /** The heading over what is said of each. */
  said: string;
}

function Rows({ rows, all, title, said }: RowsProps) {
  const { t } = useTranslation("people");
  if (rows.length === 0) return null;
  return (
    <section className={classes.errors} aria-label={title}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t("import.row")}</th>
            <th scope="col">{t("import.columnHead")}</th>
            <th scope="col">{t("import.value")}</th>
            <th scope="col">{said}</th>
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, SHOWN).map((error, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a row may have several problems in one column
            <tr key={i}>
              <td>{error.row}</td>
              <td>{error.column ?? error.field}</td>
              <td className={classes.example}>{error.value}</td>
              <td>
                <Said>{error.message}</Said>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {all > SHOWN && <p className={classes.dim}>{t("import.moreErrors", { count: all - SHOWN })}</p>}
    </section>
  );
}
