/** The letters of this desktop: what waits, what left, what could not, and why. */
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { mailsQuery, useLetter } from "@/backend/queries/mail";
import type { MailRow } from "@/bindings/MailRow";
import {
  EmptyState,
  ErrorState,
  LinesSkeleton,
  Said,
  Section,
  ToneDot,
  toast,
  useConfirm,
  When,
} from "@/design";
import classes from "./system.module.css";

const TONES = { waiting: "amber", sent: "green", failed: "red" } as const;

export function Letters() {
  const { t } = useTranslation("system");
  const letters = useQuery(mailsQuery);
  return (
    <Section title={t("mail.letters")}>
      {letters.isPending && <LinesSkeleton lines={3} />}
      {letters.isError && (
        <ErrorState
          title={t("mail.lettersFailed")}
          error={letters.error}
          onRetry={() => void letters.refetch()}
        />
      )}
      {letters.data?.length === 0 && <EmptyState title={t("mail.emptyTitle")} body={t("mail.emptyBody")} />}
      {letters.data && letters.data.length > 0 && (
        <ul className={classes.letters} aria-label={t("mail.letters")}>
          {letters.data.map((letter) => (
            <Letter key={letter.id} letter={letter} />
          ))}
        </ul>
      )}
    </Section>
  );
}

function Letter({ letter }: { letter: MailRow }) {
  const { t } = useTranslation("system");
  const confirm = useConfirm();
  const retry = useLetter("mail_retry");
  const discard = useLetter("mail_discard");
  const what = t(`mail.kind.${letter.kind as "reset"}`);
  const takeOut = async () => {
    const question = {
      title: t("mail.discardTitle", { to: letter.to }),
      body: t("mail.discardBody"),
      verb: t("mail.discard"),
      danger: true,
    };
    if (await confirm(question)) discard.mutate(letter.id, { onError: toast.problem });
  };
  return (
    <li>
      <div className={classes.letterLine}>
        <span className={classes.letterWhat}>
          <strong>{what}</strong> <span className={classes.dim}>{letter.to}</span>
        </span>
        <ToneDot tone={TONES[letter.state]}>{t(`mail.states.${letter.state}`)}</ToneDot>
        <span className={classes.dim}>
          <When at={letter.endedAt ?? letter.queuedAt} />
        </span>
      </div>
      {letter.reason && (
        <p className={classes.letterReason}>
          <Said>{letter.reason}</Said>
          {letter.nextAt && (
            <>
              {" "}
              {t("mail.next")} <When at={letter.nextAt} />.
            </>
          )}
        </p>
      )}
      {letter.state !== "sent" && (
        <div className={classes.letterVerbs}>
          {letter.canRetry && (
            <Button
              size="xs"
              variant="default"
              loading={retry.isPending}
              onClick={() => retry.mutate(letter.id, { onError: toast.problem })}
            >
              {t("mail.retry")}
            </Button>
          )}
          <Button size="xs" variant="subtle" color="red" onClick={() => void takeOut()}>
            {t("mail.discard")}
          </Button>
        </div>
      )}
    </li>
  );
}
