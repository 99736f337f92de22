/** The sync centre: how it stands with the server, what waits, what needs a person, how far each collection is. */
import { Button } from "@mantine/core";
import { IconPlayerPause, IconPlayerPlay, IconRefresh } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { pillOf } from "@/app/pill";
import { syncCentreQuery, usePauseSync, useSyncNow } from "@/backend/queries/server";
import { useSession } from "@/backend/queries/session";
import type { SyncCentre } from "@/bindings/SyncCentre";
import type { SyncStatus } from "@/bindings/SyncStatus";
import {
  EmptyState,
  ErrorState,
  LinkButton,
  Page,
  PageHeader,
  PageSkeleton,
  Said,
  Section,
  toast,
  When,
} from "@/design";
import { Conflicts } from "./Conflicts";
import { Queue } from "./Queue";
import { sorted } from "./queue";
import { Sources } from "./Sources";
import classes from "./sync.module.css";
import { Unreadable } from "./Unreadable";

export function SyncCentrePage() {
  const { t } = useTranslation("server");
  const centre = useQuery(syncCentreQuery);
  if (centre.isPending) return <PageSkeleton />;
  if (centre.isError) {
    return (
      <ErrorState page title={t("sync.failed")} error={centre.error} onRetry={() => void centre.refetch()} />
    );
  }
  return centre.data.status.state === "local" ? <NoServer /> : <Centre centre={centre.data} />;
}

function NoServer() {
  const { t } = useTranslation("server");
  const admin = useSession()?.role === "admin";
  return (
    <EmptyState
      page
      title={t("sync.localTitle")}
      body={t("sync.localBody")}
      action={admin && <LinkButton to="/system/server">{t("sync.connect")}</LinkButton>}
    />
  );
}

function Centre({ centre }: { centre: SyncCentre }) {
  const { t, i18n } = useTranslation("server");
  const admin = useSession()?.role === "admin";
  const now = useSyncNow();
  const pause = usePauseSync();
  const { status } = centre;
  const { failed, moving } = sorted(centre.queue);
  const paused = status.state === "paused";
  const count = (n: number) => n.toLocaleString(i18n.language);
  const titled = (title: string, n: number) => (n > 0 ? `${title} (${count(n)})` : title);
  const place = [centre.address, centre.database, centre.scope && t(`scope.keeps.${centre.scope}`)].filter(
    Boolean,
  );
  return (
    <Page>
      <PageHeader
        title={t("sync.title")}
        subtitle={place.join(" · ")}
        actions={
          <>
            {admin && (
              <Button
                variant="default"
                loading={pause.isPending}
                leftSection={
                  paused ? (
                    <IconPlayerPlay size={15} stroke={1.6} />
                  ) : (
                    <IconPlayerPause size={15} stroke={1.6} />
                  )
                }
                onClick={() => pause.mutate({ paused: !paused }, { onError: toast.problem })}
              >
                {paused ? t("sync.goOn") : t("sync.pause")}
              </Button>
            )}
            <Button
              leftSection={<IconRefresh size={15} stroke={1.6} />}
              loading={now.isPending}
              disabled={paused}
              onClick={() => now.mutate({}, { onError: toast.problem })}
            >
              {t("sync.tryNow")}
            </Button>
          </>
        }
      />
      <State status={status} />
      {failed.length > 0 && (
        <Section title={titled(t("queue.failed"), failed.length)}>
          <Queue rows={failed} />
        </Section>
      )}
      {centre.conflicts.length > 0 && (
        <Section title={titled(t("conflict.title"), centre.conflicts.length)}>
          <Conflicts cards={centre.conflicts} />
        </Section>
      )}
      <Section title={titled(t("queue.title"), moving.length)}>
        {moving.length > 0 ? (
          <Queue rows={moving} />
        ) : (
          <p className={classes.none}>{t(failed.length > 0 ? "queue.emptyBesides" : "queue.empty")}</p>
        )}
        {status.waiting > moving.length && moving.length > 0 && (
          <p className={classes.none}>{t("queue.more", { count: status.waiting - moving.length })}</p>
        )}
        {status.lines > 0 && <p className={classes.none}>{t("queue.lines", { count: status.lines })}</p>}
      </Section>
      <Section title={t("source.title")}>
        <Sources sources={centre.collections} />
      </Section>
      {centre.unreadable.length > 0 && (
        <Section title={titled(t("unreadable.title"), centre.unreadable.length)}>
          <Unreadable rows={centre.unreadable} />
        </Section>
      )}
    </Page>
  );
}

/** The state in a sentence, with what is known about the line. */
function State({ status }: { status: SyncStatus }) {
  const { t } = useTranslation("server");
  const { t: tf } = useTranslation("frame");
  const pill = pillOf(status);
  return (
    <section className={classes.state} data-tone={pill.tone} aria-live="polite">
      <h2>{tf(`sync.${pill.word}`)}</h2>
      <p>{pill.word === "attention" ? t("sync.attentionHere") : tf(`sync.${pill.word}Hint`)}</p>
      {status.problem && (
        <p className={classes.problem}>
          <Said>{status.problem}</Said>
        </p>
      )}
      <dl>
        <div>
          <dt>{tf("sync.contact")}</dt>
          <dd>
            <When at={status.lastContact} />
          </dd>
        </div>
        {status.nextTry && (
          <div>
            <dt>{tf("sync.nextTry")}</dt>
            <dd>
              <When at={status.nextTry} />
            </dd>
          </div>
        )}
        {status.mode && (
          <div>
            <dt>{tf("sync.mode")}</dt>
            <dd>
              {tf(`sync.by.${status.mode}`)}
              {status.mode === "poll" && <span className={classes.dim}> · {t("sync.pollHint")}</span>}
            </dd>
          </div>
        )}
      </dl>
    </section>
  );
}
