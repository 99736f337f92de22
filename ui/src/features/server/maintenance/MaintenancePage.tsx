/** Housekeeping: each task looked at before it is done, and the size of every collection. */
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { maintenanceQuery, useRunMaintenance } from "@/backend/queries/server";
import type { CollectionStatistics } from "@/bindings/CollectionStatistics";
import type { MaintenanceOutcome } from "@/bindings/MaintenanceOutcome";
import type { MaintenanceTask } from "@/bindings/MaintenanceTask";
import {
  EmptyState,
  ErrorState,
  formatBytes,
  Page,
  PageHeader,
  PageSkeleton,
  Section,
  toast,
  When,
} from "@/design";
import tables from "../tables.module.css";
import { collectionKey } from "../words";
import classes from "./maintenance.module.css";

const TASKS = ["expired-tokens", "counters", "adopt-payments"] as const;

export function MaintenancePage() {
  const { t } = useTranslation("server");
  const maintenance = useQuery(maintenanceQuery);
  if (maintenance.isPending) return <PageSkeleton />;
  if (maintenance.isError) {
    return (
      <ErrorState
        page
        title={t("maintenance.failed")}
        error={maintenance.error}
        onRetry={() => void maintenance.refetch()}
      />
    );
  }
  return (
    <Page>
      <PageHeader title={t("maintenance.title")} subtitle={t("maintenance.lead")} />
      <ul className={classes.tasks}>
        {maintenance.data.tasks.map((task) => (
          <li key={task.task}>
            <Task task={task} />
          </li>
        ))}
      </ul>
      {(maintenance.data.problem || maintenance.data.collections.length > 0) && (
        <Section title={t("statistics.title")}>
          {maintenance.data.problem ? (
            <EmptyState title={t("statistics.none")} body={maintenance.data.problem} />
          ) : (
            <Statistics rows={maintenance.data.collections} />
          )}
        </Section>
      )}
    </Page>
  );
}

function Task({ task }: { task: MaintenanceTask }) {
  const { t } = useTranslation("server");
  const [outcome, setOutcome] = useState<MaintenanceOutcome | null>(null);
  const run = useRunMaintenance();
  const known = TASKS.find((one) => one === task.task);
  const start = (dryRun: boolean) =>
    run.mutate(
      { task: task.task, dryRun },
      {
        onError: toast.problem,
        onSuccess: (answer) => setOutcome(answer),
      },
    );
  const seen = outcome?.dryRun && outcome.count > 0;
  return (
    <article className={classes.task} aria-label={known ? t(`task.${known}`) : task.task}>
      <div>
        <h2>{known ? t(`task.${known}`) : task.task}</h2>
        {known && <p>{t(`task.${known}Body`)}</p>}
        <p className={classes.last}>
          {task.lastRun ? (
            <>
              {t("task.lastRun")} <When at={task.lastRun} />
              {task.lastResult && `: ${task.lastResult}`}
            </>
          ) : (
            t("task.never")
          )}
        </p>
        <div aria-live="polite">{outcome && <Outcome outcome={outcome} />}</div>
      </div>
      <div className={tables.actions}>
        <Button variant="default" size="xs" loading={run.isPending && !seen} onClick={() => start(true)}>
          {t("task.look")}
        </Button>
        {seen && (
          <Button size="xs" loading={run.isPending} onClick={() => start(false)}>
            {t("task.run", { count: outcome.count })}
          </Button>
        )}
      </div>
    </article>
  );
}

/** Lines shown before the rest is only counted. */
const SHOWN = 20;

function Outcome({ outcome }: { outcome: MaintenanceOutcome }) {
  const { t } = useTranslation("server");
  const more = outcome.done.length - SHOWN;
  return (
    <div className={classes.outcome}>
      <strong>
        {outcome.count === 0
          ? t("task.nothing")
          : t(outcome.dryRun ? "task.would" : "task.did", { count: outcome.count })}
      </strong>
      <ul className={tables.lines}>
        {outcome.done.slice(0, SHOWN).map((line, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two lines may say the same
          <li key={at}>{line}</li>
        ))}
      </ul>
      {more > 0 && <p className={tables.small}>{t("offending.more", { count: more })}</p>}
    </div>
  );
}

function Statistics({ rows }: { rows: readonly CollectionStatistics[] }) {
  const { t, i18n } = useTranslation("server");
  const count = (n: number) => n.toLocaleString(i18n.language);
  const bytes = (n: number) => formatBytes(n, i18n.language);
  const sum = (pick: (row: CollectionStatistics) => number) => rows.reduce((all, row) => all + pick(row), 0);
  if (rows.length === 0) return <p className={tables.dim}>{t("statistics.empty")}</p>;
  return (
    <table className={tables.table}>
      <thead>
        <tr>
          <th scope="col">{t("source.collection")}</th>
          {(["count", "mean", "bytes", "storage", "indexes", "indexBytes"] as const).map((column) => (
            <th key={column} scope="col" className={tables.end}>
              {t(`statistics.${column}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.collection}>
            <th scope="row">{t(collectionKey(row.collection), row.collection)}</th>
            <td className={tables.end}>{count(row.count)}</td>
            <td className={tables.end}>{bytes(row.meanBytes)}</td>
            <td className={tables.end}>{bytes(row.bytes)}</td>
            <td className={tables.end}>{bytes(row.storageBytes)}</td>
            <td className={tables.end}>{count(row.indexes)}</td>
            <td className={tables.end}>{bytes(row.indexBytes)}</td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr className={classes.sum}>
          <th scope="row">{t("statistics.together")}</th>
          <td className={tables.end}>{count(sum((row) => row.count))}</td>
          <td />
          <td className={tables.end}>{bytes(sum((row) => row.bytes))}</td>
          <td className={tables.end}>{bytes(sum((row) => row.storageBytes))}</td>
          <td className={tables.end}>{count(sum((row) => row.indexes))}</td>
          <td className={tables.end}>{bytes(sum((row) => row.indexBytes))}</td>
        </tr>
      </tfoot>
    </table>
  );
}
