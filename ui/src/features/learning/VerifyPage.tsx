/** Is this certificate genuine? For everybody signed in: type or paste its number. */
import { Button, TextInput } from "@mantine/core";
import { IconCircleCheck, IconCircleX, IconHelpCircle, IconShieldX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { type FormEvent, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { certificateCheckQuery } from "@/backend/queries/learning";
import { useWorkspaceStatus } from "@/backend/queries/session";
import { ErrorState, Facts, formatDate, LinesSkeleton, Page, PageHeader, type Tone, When } from "@/design";
import classes from "./certificate.module.css";
import { type Verdict, verdictOf } from "./verdict";

const LOOKS: Record<Verdict, { tone: Tone; icon: typeof IconCircleCheck }> = {
  genuine: { tone: "green", icon: IconCircleCheck },
  revoked: { tone: "red", icon: IconShieldX },
  unknown: { tone: "red", icon: IconCircleX },
  elsewhere: { tone: "amber", icon: IconHelpCircle },
  foreign: { tone: "amber", icon: IconHelpCircle },
};

export function VerifyPage() {
  const { t } = useTranslation("learning");
  const { id = "" } = useSearch({ from: "/frame/verify" });
  const navigate = useNavigate();
  const [text, setText] = useState(id);
  const [missing, setMissing] = useState(false);
  useEffect(() => setText(id), [id]);
  const check = (event: FormEvent) => {
    event.preventDefault();
    setMissing(text.trim() === "");
    if (text.trim()) void navigate({ to: "/verify", search: { id: text.trim() } });
  };
  return (
    <Page width="narrow">
      <PageHeader title={t("verify.title")} subtitle={t("verify.lead")} />
      <form onSubmit={check} noValidate className={classes.ask}>
        <TextInput
          label={t("certificate.number")}
          placeholder="H660V-5CE6Z-KJ5VG-S3A81-DE9NT-B92Q5"
          autoComplete="off"
          spellCheck={false}
          autoFocus
          error={missing ? t("verify.needed") : undefined}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Button type="submit">{t("verify.verb")}</Button>
      </form>
      {id && <Answer key={id} id={id} />}
    </Page>
  );
}

function Answer({ id }: { id: string }) {
  const { t, i18n } = useTranslation("learning");
  const institution = useWorkspaceStatus()?.institution ?? "";
  const check = useQuery(certificateCheckQuery(id));
  if (check.isPending) return <LinesSkeleton lines={4} />;
  if (check.isError) {
    return <ErrorState title={t("verify.failed")} error={check.error} onRetry={() => void check.refetch()} />;
  }
  const verdict = verdictOf(check.data);
  const c = check.data.certificate;
  const { tone, icon: Icon } = LOOKS[verdict];
  return (
    <section className={classes.answer} data-tone={tone} aria-live="polite" aria-labelledby="verdict">
      <div className={classes.verdict}>
        <Icon size={26} stroke={1.5} aria-hidden="true" />
        <div>
          <h2 id="verdict">{t(`verify.${verdict}.title`)}</h2>
          <p>
            {t(`verify.${verdict}.body`, {
              institution,
              date: c?.revokedAt ? formatDate(new Date(c.revokedAt), i18n.language) : "",
            })}
          </p>
        </div>
      </div>
      {c && (
        <Facts
          items={[
            { label: t("verify.student"), value: c.student },
            { label: t("verify.course"), value: c.course },
            { label: t("certificate.instructor"), value: c.instructor },
            { label: t("certificate.completedOn"), value: <When at={c.completedAt} format="date" /> },
            { label: t("certificate.issued"), value: <When at={c.issuedAt} format="date" /> },
            {
              label: t("certificate.revoked"),
              value: c.revokedAt && <When at={c.revokedAt} format="date" />,
            },
            { label: t("certificate.number"), value: c.id },
          ].filter((item) => item.value)}
        />
      )}
      {c?.sample && <p className={classes.sampleNote}>{t("verify.sample")}</p>}
    </section>
  );
}
