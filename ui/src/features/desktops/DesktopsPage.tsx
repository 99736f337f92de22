/** Every desktop of the institution, who is signed in on it, and what an administrator does about it. */
import { Button, Modal } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { desktopsQuery, useChangeDesktops, useDropLogin } from "@/backend/queries/desktops";
import type { DesktopRow } from "@/bindings/DesktopRow";
import type { DesktopSession } from "@/bindings/DesktopSession";
import {
  ErrorState,
  Page,
  PageHeader,
  PageSkeleton,
  Section,
  ToneDot,
  toast,
  useConfirm,
  When,
} from "@/design";
import classes from "./desktops.module.css";
import { ExportWorkspace } from "./ExportWorkspace";
import { InviteDesktop } from "./InviteDesktop";
import { RevokeDesktop } from "./RevokeDesktop";
import { canDropLogin, canRevoke, STATE_TONES } from "./states";

export function DesktopsPage() {
  const { t } = useTranslation("desktops");
  const desktops = useQuery(desktopsQuery);
  const [inviting, setInviting] = useState(false);
  const [revoking, setRevoking] = useState<DesktopRow | null>(null);
  if (desktops.isPending) return <PageSkeleton />;
  if (desktops.isError) {
    return (
      <ErrorState page title={t("failed")} error={desktops.error} onRetry={() => void desktops.refetch()} />
    );
  }
  const { rows, hasServer } = desktops.data;
  return (
    <Page>
      <PageHeader
        title={t("title")}
        subtitle={t(hasServer ? "lead" : "leadLocal")}
        actions={hasServer && <Button onClick={() => setInviting(true)}>{t("invite.open")}</Button>}
      />
      <Section title={t("listTitle")}>
        <ul className={classes.list}>
          {rows.map((row) => (
            <li key={row.id}>
              <Desktop row={row} onRevoke={() => setRevoking(row)} />
            </li>
          ))}
        </ul>
      </Section>
      <Section title={t("export.title")}>
        <ExportWorkspace />
      </Section>
      <Modal opened={inviting} onClose={() => setInviting(false)} title={t("invite.title")} size="lg">
        {inviting && <InviteDesktop onDone={() => setInviting(false)} />}
      </Modal>
      <Modal
        opened={revoking !== null}
        onClose={() => setRevoking(null)}
        title={
          revoking &&
          t(`revoke.title.${isInvitation(revoking) ? "invitation" : "desktop"}`, { name: revoking.name })
        }
      >
        {revoking && <RevokeDesktop row={revoking} onDone={() => setRevoking(null)} />}
      </Modal>
    </Page>
  );
}

const isInvitation = (row: DesktopRow) => row.state === "invited" || row.state === "lapsed";

function Desktop({ row, onRevoke }: { row: DesktopRow; onRevoke: () => void }) {
  const { t } = useTranslation("desktops");
  const drop = useDropLogin();
  const confirm = useConfirm();
  const dropLogin = async () => {
    const question = {
      title: t("dropLogin.title", { name: row.name }),
      body: t(`dropLogin.body.${row.state === "revoked" || row.state === "lapsed" ? row.state : "gone"}`),
      verb: t("dropLogin.verb"),
      danger: true,
    };
    if (await confirm(question)) {
      drop.mutate(row.id, {
        onSuccess: () => toast.done((t) => t("desktops:dropLogin.done", { name: row.name })),
        onError: toast.problem,
      });
    }
  };
  return (
    <article className={classes.desktop} aria-label={t("desktop", { name: row.name })}>
      <div>
        <h3 className={classes.head}>
          <span className={classes.name}>{row.name}</span>
          <ToneDot tone={STATE_TONES[row.state]}>{t(`state.${row.state}`)}</ToneDot>
          {row.this && <span className={classes.here}>{t("this")}</span>}
        </h3>
        <Facts row={row} />
      </div>
      <div className={classes.verbs}>
        {canDropLogin(row) && (
          <Button size="xs" variant="default" loading={drop.isPending} onClick={() => void dropLogin()}>
            {t("dropLogin.verb")}
          </Button>
        )}
        {canRevoke(row) && (
          <Button size="xs" variant="default" onClick={onRevoke}>
            {t(isInvitation(row) ? "revoke.withdraw" : "revoke.verb")}
          </Button>
        )}
      </div>
      {row.sessions.length > 0 && (
        <ul className={classes.sessions} aria-label={t("sessions", { name: row.name })}>
          {row.sessions.map((session) => (
            <li key={session.id}>
              <Session session={session} />
            </li>
          ))}
        </ul>
      )}
    </article>
  );
}

function Facts({ row }: { row: DesktopRow }) {
  const { t } = useTranslation("desktops");
  const { t: ts } = useTranslation("server");
  const words = [
    row.scope && ts(`scope.${row.scope}`),
    row.person?.name,
    row.system,
    row.version && t("version", { version: row.version }),
    row.movedFrom && t("movedFrom", { name: row.movedFrom }),
  ].filter(Boolean);
  return (
    <>
      {words.length > 0 && <p className={classes.facts}>{words.join(" · ")}</p>}
      <p className={classes.facts}>
        {row.state === "invited" || row.state === "lapsed" ? (
          <>
            {row.invitedBy ? t("invitedBy", { name: row.invitedBy.name }) : t("invited")} ·{" "}
            {t(row.state === "lapsed" ? "lapsedAt" : "expiresAt")} <When at={row.expiresAt} />
          </>
        ) : row.revokedAt ? (
          <>
            {row.revokedBy ? t("revokedBy", { name: row.revokedBy.name }) : t("revoked")}{" "}
            <When at={row.revokedAt} />
            {row.revokedWhy && `: ${row.revokedWhy}`} ·{" "}
            {row.wipedAt ? (
              <>
                {t("wipedAt")} <When at={row.wipedAt} />
              </>
            ) : (
              t(row.state === "wiped" ? "neverJoined" : "notHeard")
            )}
          </>
        ) : (
          <>
            {t("lastContact")} {row.lastContactAt ? <When at={row.lastContactAt} /> : t("never")}
          </>
        )}
      </p>
    </>
  );
}

function Session({ session }: { session: DesktopSession }) {
  const { t } = useTranslation("desktops");
  const { t: tf } = useTranslation("frame");
  const end = useChangeDesktops("desktop_session_end");
  const everywhere = useChangeDesktops("person_sign_out");
  const confirm = useConfirm();
  const name = session.person.name;
  const endOne = () =>
    end.mutate(
      { id: session.id },
      { onSuccess: () => toast.done((t) => t("desktops:ended", { name })), onError: toast.problem },
    );
  const endAll = async () => {
    const question = {
      title: t("everywhere.title", { name }),
      body: t("everywhere.body"),
      verb: t("everywhere.verb"),
    };
    if (await confirm(question)) {
      everywhere.mutate(
        { id: session.person.id },
        {
          onSuccess: () => toast.done((t) => t("desktops:everywhere.done", { name })),
          onError: toast.problem,
        },
      );
    }
  };
  return (
    <>
      <span>
        {name}{" "}
        <span className={classes.dim}>
          {tf(`role.${session.role}`)} · {t("signedIn")} <When at={session.createdAt} /> · {t("lastUsed")}{" "}
          <When at={session.lastUsedAt} />
          {session.current && ` · ${t("current")}`}
        </span>
      </span>
      {!session.current && (
        <span className={classes.verbs}>
          <Button
            size="compact-xs"
            variant="subtle"
            loading={end.isPending}
            aria-label={t("endOf", { name })}
            onClick={endOne}
          >
            {t("end")}
          </Button>
          <Button
            size="compact-xs"
            variant="subtle"
            loading={everywhere.isPending}
            aria-label={t("everywhere.of", { name })}
            onClick={() => void endAll()}
          >
            {t("everywhere.verb")}
          </Button>
        </span>
      )}
    </>
  );
}
