/** One word on where the data is safe: here, on the server, waiting, or in need of a person; the facts on request. */
import { Button, Popover } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useFirstFetch, useSyncNow } from "@/backend/queries/server";
import { useSession } from "@/backend/queries/session";
import type { SyncStatus } from "@/bindings/SyncStatus";
import { TextLink } from "@/design/links";
import { Said } from "@/design/Said";
import { toast } from "@/design/toast";
import { When } from "@/design/When";
import { pillOf } from "./pill";
import classes from "./SyncPill.module.css";

export function SyncPill({ status }: { status: SyncStatus }) {
  const { t, i18n } = useTranslation("frame");
  const [open, setOpen] = useState(false);
  const initial = status.state === "initial";
  const percent = useFirstFetch()?.percent ?? null;
  const pill = pillOf(status);
  const count = pill.count.toLocaleString(i18n.language);
  const text =
    percent !== null
      ? t("sync.initialPercent", { percent })
      : pill.count > 0
        ? t(`sync.${pill.word as "offline"}Count`, { count: pill.count, shown: count })
        : t(`sync.${pill.word}`);
  const close = () => setOpen(false);
  return (
    <Popover
      opened={open}
      onChange={setOpen}
      position="bottom-end"
      width={320}
      trapFocus
      returnFocus
      withinPortal={false}
    >
      <Popover.Target>
        <span role="status">
          <button
            type="button"
            className={classes.pill}
            data-tone={pill.tone}
            data-loud={pill.tone === "red" || undefined}
            aria-haspopup="dialog"
            aria-expanded={open}
            onClick={() => setOpen((now) => !now)}
          >
            <span className={classes.dot} data-busy={pill.word === "sending" || initial || undefined} />
            {text}
          </button>
        </span>
      </Popover.Target>
      <Popover.Dropdown className={classes.facts}>
        <Facts status={status} word={pill.word} onClose={close} />
      </Popover.Dropdown>
    </Popover>
  );
}

function Facts({
  status,
  word,
  onClose,
}: {
  status: SyncStatus;
  word: ReturnType<typeof pillOf>["word"];
  onClose: () => void;
}) {
  const { t, i18n } = useTranslation("frame");
  const role = useSession()?.role;
  const now = useSyncNow();
  const local = status.state === "local";
  const count = (n: number) => n.toLocaleString(i18n.language);
  const facts = local
    ? []
    : [
        { label: t("sync.contact"), value: <When at={status.lastContact} /> },
        status.nextTry && { label: t("sync.nextTry"), value: <When at={status.nextTry} /> },
        { label: t("sync.waiting"), value: count(status.waiting) },
        status.attention > 0 && { label: t("sync.needing"), value: count(status.attention) },
        status.conflicts > 0 && { label: t("sync.conflicts"), value: count(status.conflicts) },
        status.mode && { label: t("sync.mode"), value: t(`sync.by.${status.mode}`) },
        status.environment && {
          label: t("sync.environment"),
          value: t(`environment.${status.environment}`),
        },
      ].filter((fact) => !!fact);
  const attempt = () => now.mutate({}, { onError: toast.problem });
  return (
    <>
      <p className={classes.lead}>{t(`sync.${word}Hint`)}</p>
      {status.problem && (
        <p className={classes.problem}>
          <Said>{status.problem}</Said>
        </p>
      )}
      {facts.length > 0 && (
        <dl className={classes.list}>
          {facts.map((fact) => (
            <div key={fact.label}>
              <dt>{fact.label}</dt>
              <dd>{fact.value}</dd>
            </div>
          ))}
        </dl>
      )}
      <div className={classes.verbs}>
        {!local && (
          <Button size="xs" variant="default" loading={now.isPending} onClick={attempt} data-autofocus>
            {status.state === "offline" ? t("sync.tryNow") : t("sync.checkNow")}
          </Button>
        )}
        {!local && (
          <TextLink to="/system/sync" onClick={onClose}>
            {t("sync.centre")}
          </TextLink>
        )}
        {local && role === "admin" && (
          <TextLink to="/system/server" onClick={onClose} data-autofocus>
            {t("sync.connect")}
          </TextLink>
        )}
      </div>
    </>
  );
}
