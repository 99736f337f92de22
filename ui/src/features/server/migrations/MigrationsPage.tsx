/** The migrations of the server's database: what was applied, what waits, what would be done, and the way back. */
import { Button, NumberInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { migrationsQuery, useMigrationsRunning, useRunMigrations } from "@/backend/queries/server";
import type { MigrationRow } from "@/bindings/MigrationRow";
import type { MigrationRun } from "@/bindings/MigrationRun";
import type { Migrations } from "@/bindings/Migrations";
import {
  ErrorState,
  Page,
  PageHeader,
  PageSkeleton,
  Said,
  Section,
  type Tone,
  ToneDot,
  toast,
  useConfirm,
  When,
} from "@/design";
import { Stages, useStages } from "../connect/Stages";
import { formatMillis } from "../figures";
import { NeedsServer } from "../NeedsServer";
import { Offending } from "../Offending";
import tables from "../tables.module.css";
import classes from "./migrations.module.css";
import { ABOUTS, appliedUpTo, pendingOf, rollbackTarget } from "./rows";

export function MigrationsPage() {
  return (
    <NeedsServer title="migrations">
      <Loaded />
    </NeedsServer>
  );
}

function Loaded() {
  const { t } = useTranslation("server");
  const migrations = useQuery(migrationsQuery);
  if (migrations.isPending) return <PageSkeleton />;
  if (migrations.isError) {
    return (
      <ErrorState
        page
        title={t("migrations.failed")}
        error={migrations.error}
        onRetry={() => void migrations.refetch()}
      />
    );
  }
  return <Known migrations={migrations.data} />;
}

function Known({ migrations }: { migrations: Migrations }) {
  const { t, i18n } = useTranslation("server");
  const [own] = useState(() => crypto.randomUUID());
  // also one that was started here before somebody looked at something else
  const running = useMigrationsRunning();
  const busy = running !== undefined;
  const task = running?.task ?? own;
  const [outcome, setOutcome] = useState<MigrationRun | null>(null);
  const { stages, restart } = useStages(task);
  const confirm = useConfirm();
  const run = useRunMigrations();
  const pending = pendingOf(migrations.rows);

  const start = (args: { to: number | null; rollback: boolean; dryRun: boolean }) => {
    setOutcome(null);
    restart();
    run.mutate(
      { ...args, task: own },
      {
        onSuccess: (answer) => {
          setOutcome(answer);
          if (!answer.dryRun)
            toast.done((t) => t(args.rollback ? "server:migrations.wentBack" : "server:migrations.ran"));
        },
      },
    );
  };
  const up = async () => {
    const sure = await confirm({
      title: t("migrations.runTitle", { count: pending.length }),
      body:
        migrations.offendingTotal > 0
          ? t("migrations.runBodyOffending", { count: migrations.offendingTotal })
          : t("migrations.runBody"),
      verb: t("migrations.run", { count: pending.length }),
      danger: migrations.offendingTotal > 0,
    });
    if (sure) start({ to: null, rollback: false, dryRun: false });
  };
  return (
    <Page>
      <PageHeader
        title={t("migrations.title")}
        subtitle={t("migrations.lead")}
        actions={
          pending.length > 0 && (
            <>
              <Button
                variant="default"
                disabled={busy}
                onClick={() => start({ to: null, rollback: false, dryRun: true })}
              >
                {t("migrations.dryRun")}
              </Button>
              <Button disabled={busy} onClick={() => void up()}>
                {t("migrations.run", { count: pending.length })}
              </Button>
            </>
          )
        }
      />
      {migrations.lockedBy && (
        <p className={classes.locked} role="status">
          {t("migrations.locked", { who: migrations.lockedBy })}
        </p>
      )}
      <div aria-live="polite" aria-busy={busy}>
        {running && (
          <div className={classes.after}>
            <Stages
              title={t(running.rollback ? "migrations.goingBack" : "migrations.running")}
              task={task}
              stages={stages}
              cancellable={false}
            />
          </div>
        )}
        {run.isError && <ErrorState title={t("migrations.runFailed")} error={run.error} />}
        {outcome && !busy && <Outcome outcome={outcome} />}
      </div>
      <div className={classes.after}>
        <Rows rows={migrations.rows} />
      </div>
      {migrations.offendingTotal > 0 && (
        <Section
          title={`${t("offending.title")} (${migrations.offendingTotal.toLocaleString(i18n.language)})`}
        >
          <Offending rows={migrations.offending} total={migrations.offendingTotal} />
        </Section>
      )}
      {appliedUpTo(migrations.rows) > 0 && (
        <Section title={t("rollback.title")}>
          <Rollback rows={migrations.rows} busy={busy} onStart={start} />
        </Section>
      )}
    </Page>
  );
}

const STATES = ["pending", "applied", "partly", "changed", "unknown"] as const;
const STATE_TONES: Record<(typeof STATES)[number], Tone> = {
  pending: "amber",
  applied: "green",
  partly: "violet",
  changed: "red",
  unknown: "grey",
};

function Rows({ rows }: { rows: readonly MigrationRow[] }) {
  const { t, i18n } = useTranslation("server");
  return (
    <table className={tables.table}>
      <thead>
        <tr>
          <th scope="col">{t("migrations.number")}</th>
          <th scope="col">{t("migrations.what")}</th>
          <th scope="col">{t("migrations.state")}</th>
          <th scope="col" className={tables.end}>
            {t("migrations.at")}
          </th>
          <th scope="col" className={tables.end}>
            {t("migrations.took")}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => {
          const state = STATES.find((one) => one === row.state) ?? "unknown";
          return (
            <tr key={row.number}>
              <td className={tables.code}>{String(row.number).padStart(4, "0")}</td>
              <td>
                <strong className={classes.name}>{row.name}</strong>
                <span className={tables.small}>
                  <About row={row} />
                </span>
                {row.skipped.map((why) => (
                  <span key={why} className={classes.skipped}>
                    {t("migrations.skipped")} {why}
                  </span>
                ))}
              </td>
              <td>
                <ToneDot tone={STATE_TONES[state]} hollow={state === "partly"}>
                  {t(`migrations.states.${state}`)}
                </ToneDot>
                {state === "changed" && <span className={tables.small}>{t("migrations.changedHint")}</span>}
              </td>
              <td className={tables.end}>
                {row.at && <When at={row.at} />}
                {row.device && <span className={tables.small}>{row.device}</span>}
              </td>
              <td className={tables.end}>{row.tookMs !== null && formatMillis(row.tookMs, i18n.language)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** What a migration does, by its name; what a newer program wrote is left as it is. */
function About({ row }: { row: MigrationRow }) {
  const { t } = useTranslation("server");
  const known = ABOUTS.find((name) => name === row.name);
  return known ? t(`migrations.about.${known}`) : <Said>{row.about}</Said>;
}

function Outcome({ outcome }: { outcome: MigrationRun }) {
  const { t } = useTranslation("server");
  const title = outcome.dryRun ? "migrations.would" : "migrations.did";
  return (
    <Section title={t(title, { count: outcome.commands.length })}>
      {outcome.commands.length === 0 ? (
        <p className={tables.dim}>{t("migrations.noCommands")}</p>
      ) : (
        <ol
          className={tables.commands}
          aria-label={t(title, { count: outcome.commands.length })}
          tabIndex={0}
        >
          {outcome.commands.map((command, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the same command may come twice
            <li key={at}>{command}</li>
          ))}
        </ol>
      )}
      {outcome.skipped.length > 0 && (
        <ul className={tables.lines}>
          {outcome.skipped.map((why) => (
            <li key={why}>
              {t("migrations.skipped")} {why}
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

/** The number has to be typed: going back takes validators, indexes and roles away from everybody. */
function Rollback({
  rows,
  busy,
  onStart,
}: {
  rows: readonly MigrationRow[];
  busy: boolean;
  onStart: (args: { to: number; rollback: true; dryRun: boolean }) => void;
}) {
  const { t } = useTranslation("server");
  const confirm = useConfirm();
  const [typed, setTyped] = useState<number | string>("");
  const last = appliedUpTo(rows);
  const target = rollbackTarget(rows, typed);
  const back = async () => {
    if (target === null) return;
    const sure = await confirm({
      title: t("rollback.confirmTitle", { number: target }),
      body: t("rollback.confirmBody", { count: last - target }),
      verb: t("rollback.verb"),
    });
    if (sure) onStart({ to: target, rollback: true, dryRun: false });
  };
  return (
    <div className={classes.rollback}>
      <p className={tables.lead}>{t("rollback.lead", { last })}</p>
      <NumberInput
        label={t("rollback.number")}
        description={t("rollback.numberHint", { most: last - 1 })}
        className={classes.short}
        allowDecimal={false}
        allowNegative={false}
        value={typed}
        onChange={setTyped}
        error={typed !== "" && target === null ? t("rollback.numberNeeded", { most: last - 1 }) : null}
      />
      <div className={tables.actions}>
        <Button
          variant="default"
          disabled={busy || target === null}
          onClick={() => target !== null && onStart({ to: target, rollback: true, dryRun: true })}
        >
          {t("migrations.dryRun")}
        </Button>
        <Button color="red" variant="outline" disabled={busy || target === null} onClick={() => void back()}>
          {t("rollback.verb")}
        </Button>
      </div>
    </div>
  );
}
