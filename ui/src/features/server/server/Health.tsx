/** The server's health as its endpoint would say it, what follows from what it lacks, and the ways to leave it. */
import { Button, Modal } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { healthQuery, useChangeServer } from "@/backend/queries/server";
import type { ConnectionEvent } from "@/bindings/ConnectionEvent";
import type { ServerHealth } from "@/bindings/ServerHealth";
import type { SyncStatus } from "@/bindings/SyncStatus";
import {
  ErrorState,
  Facts,
  FormActions,
  FormProblem,
  Page,
  PageHeader,
  PageSkeleton,
  Said,
  Section,
  type Tone,
  ToneDot,
  toast,
  When,
} from "@/design";
import { Sparkline } from "@/design/charts/Sparkline";
import { AddressFields } from "../connect/AddressFields";
import { Abilities } from "../connect/Probed";
import { useAddressForm } from "../connect/useAddressForm";
import { formatMillis } from "../figures";
import tables from "../tables.module.css";
import { Detach } from "./Detach";
import classes from "./server.module.css";

export function Health({ status }: { status: SyncStatus }) {
  const { t } = useTranslation("server");
  const health = useQuery(healthQuery);
  const [changing, setChanging] = useState(false);
  if (health.isPending) return <PageSkeleton />;
  return (
    <Page>
      <PageHeader
        title={t("health.title")}
        subtitle={health.data && `${health.data.address} · ${health.data.database}`}
        actions={
          <>
            <Button variant="default" onClick={() => setChanging(true)}>
              {t("change.verb")}
            </Button>
            <Button
              leftSection={<IconRefresh size={15} stroke={1.6} />}
              loading={health.isFetching}
              onClick={() => void health.refetch()}
            >
              {t("health.again")}
            </Button>
          </>
        }
      />
      {health.isError ? (
        <ErrorState title={t("health.failed")} error={health.error} onRetry={() => void health.refetch()} />
      ) : (
        <Figures health={health.data} />
      )}
      <Section title={t("detach.title")}>
        <Detach waiting={status.waiting + status.lines + status.attention} />
      </Section>
      <Modal opened={changing} onClose={() => setChanging(false)} title={t("change.title")} size={560}>
        <ChangeAddress onDone={() => setChanging(false)} />
      </Modal>
    </Page>
  );
}

const STATE_TONES: Record<string, Tone> = {
  connected: "green",
  connecting: "amber",
  disconnecting: "amber",
  disconnected: "red",
};
const STATES = ["connected", "connecting", "disconnecting", "disconnected"] as const;

function Figures({ health: h }: { health: ServerHealth }) {
  const { t, i18n } = useTranslation("server");
  const { t: tf } = useTranslation("frame");
  const well = h.status === "healthy";
  const state = STATES.find((one) => one === h.state);
  const last = h.pings.at(-1);
  const number = (n: number, digits = 0) =>
    n.toLocaleString(i18n.language, { maximumFractionDigits: digits });
  return (
    <>
      <section className={classes.verdict} data-tone={well ? "green" : "red"} aria-live="polite">
        <div>
          <h2>{t(well ? "health.healthy" : "health.unhealthy")}</h2>
          <p>
            {h.error ??
              (h.warnings.length > 0 ? t("health.warned", { count: h.warnings.length }) : t("health.fine"))}
          </p>
        </div>
        <div className={classes.ping}>
          <Sparkline values={h.pings} width={160} height={34} />
          {last !== undefined && (
            <span>
              <strong>{formatMillis(last, i18n.language)}</strong>
              <span className={tables.small}>{t("health.ping", { count: h.pings.length })}</span>
            </span>
          )}
        </div>
      </section>
      {h.warnings.length > 0 && (
        <Section title={t("health.warnings")}>
          <ul className={classes.warnings}>
            {h.warnings.map((one) => (
              <li key={`${one.code} ${one.message}`}>
                <Said>{one.message}</Said>
              </li>
            ))}
          </ul>
        </Section>
      )}
      <div className={classes.columns}>
        <div>
          <Section title={t("health.line")}>
            <Facts
              items={[
                {
                  label: t("health.state"),
                  value: (
                    <ToneDot tone={STATE_TONES[h.state] ?? "grey"}>
                      {state ? t(`health.states.${state}`) : h.state}
                    </ToneDot>
                  ),
                },
                {
                  label: t("probe.line"),
                  value: t(h.tls ? "probe.encrypted" : "probe.unencrypted"),
                },
                {
                  label: t("health.pool"),
                  value: t("health.poolOf", {
                    used: number(h.pool.inUse),
                    open: number(h.pool.open),
                    max: number(h.pool.max),
                  }),
                },
                {
                  label: t("health.timeouts"),
                  value: h.pool.timeouts > 0 && number(h.pool.timeouts),
                },
                {
                  label: t("health.oplog"),
                  value:
                    h.oplogHours === null
                      ? t("health.oplogUnknown")
                      : t("health.oplogHours", { hours: number(h.oplogHours, 1) }),
                },
                { label: t("health.clock"), value: t("health.clockBy", { ms: number(h.clockOffsetMs) }) },
              ].filter((item) => item.value)}
            />
          </Section>
          <Section title={t("health.server")}>
            <Facts
              items={[
                { label: t("health.version"), value: h.version },
                { label: t("address.replicaSet"), value: h.replicaSet },
                {
                  label: t("address.environment"),
                  value: h.environment && tf(`environment.${h.environment}`),
                },
                { label: t("health.login"), value: h.login ?? t("health.noLogin") },
                { label: t("health.roles"), value: h.roles.join(", ") },
              ].filter((item) => item.value)}
            />
          </Section>
        </div>
        <div>
          <Section title={t("abilities.title")}>
            <Abilities abilities={h.abilities} />
          </Section>
        </div>
      </div>
      <Section title={t("health.events")}>
        <Events events={h.events} />
      </Section>
    </>
  );
}

const EVENT_TONES: Record<string, Tone> = {
  connected: "green",
  disconnected: "red",
  slow: "amber",
  "authentication-failed": "red",
  "pool-cleared": "amber",
  topology: "grey",
};

function Events({ events }: { events: readonly ConnectionEvent[] }) {
  const { t } = useTranslation("server");
  if (events.length === 0) return <p className={tables.dim}>{t("health.noEvents")}</p>;
  return (
    <ol className={classes.events}>
      {events.map((one, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two events may say the same at the same moment
        <li key={at}>
          <span className={tables.dim}>
            <When at={one.at} format="exact" />
          </span>
          <ToneDot tone={EVENT_TONES[one.kind] ?? "grey"}>
            {t(`health.event.${one.kind as "slow"}`, one.kind)}
          </ToneDot>
          <span>
            <Said>{one.message}</Said>
          </span>
        </li>
      ))}
    </ol>
  );
}

/** Another way to the same database: a new password, another host. */
function ChangeAddress({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation("server");
  const change = useChangeServer();
  const [task] = useState(() => crypto.randomUUID());
  const { form, formProps, pending, problem } = useAddressForm({
    submit: (address) => change.mutateAsync({ address, task }),
    onDone: () => {
      toast.done((t) => t("server:change.done"));
      onDone();
    },
  });
  return (
    <form {...formProps}>
      <p className={tables.lead}>{t("change.lead")}</p>
      <AddressFields form={form} />
      <FormProblem problem={problem} />
      <FormActions verb={t("change.verb")} pending={pending} cancel={t("change.keep")} onCancel={onDone} />
    </form>
  );
}
