/** A certificate: to look at, to save as PDF, to check. A revoked one says so and is not printed. */
import { ActionIcon, Button, CopyButton, Tooltip } from "@mantine/core";
import { IconCheck, IconCopy, IconDownload, IconShieldCheck } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { certificateQuery, useSaveCertificate } from "@/backend/queries/learning";
import { useSession } from "@/backend/queries/session";
import {
  EmptyState,
  ErrorState,
  LinkButton,
  Page,
  PageSkeleton,
  RecordHeader,
  TextLink,
  ToneDot,
  toast,
  When,
} from "@/design";
import { Certificate } from "./Certificate";
import classes from "./certificate.module.css";

export function CertificatePage() {
  const { t } = useTranslation("learning");
  const { t: td } = useTranslation("design");
  const { enrollmentId } = useParams({ from: "/frame/certificates/$enrollmentId" });
  const session = useSession();
  const certificate = useQuery(certificateQuery(enrollmentId));
  const save = useSaveCertificate();
  if (certificate.isPending) return <PageSkeleton />;
  if (certificate.isError) {
    if (certificate.error.code === "not-found") {
      return <EmptyState page title={t("certificate.missing")} body={t("certificate.missingBody")} />;
    }
    return (
      <ErrorState
        page
        title={t("certificate.failed")}
        error={certificate.error}
        onRetry={() => void certificate.refetch()}
      />
    );
  }
  const c = certificate.data;
  return (
    <Page>
      <RecordHeader
        back={
          session?.role === "student" ? (
            <TextLink to="/learn/$enrollmentId" params={{ enrollmentId }} search={{ lesson: "overview" }}>
              {c.course}
            </TextLink>
          ) : (
            <TextLink to="/enrollments/$enrollmentId" params={{ enrollmentId }}>
              {c.student}
            </TextLink>
          )
        }
        title={t("certificate.title")}
        status={
          c.revokedAt ? (
            <ToneDot tone="red">{t("certificate.revoked")}</ToneDot>
          ) : (
            <ToneDot tone="green">{t("certificate.valid")}</ToneDot>
          )
        }
        facts={[
          {
            label: t("certificate.number"),
            value: (
              <span className={classes.number}>
                {c.id}
                <CopyButton value={c.id}>
                  {({ copied, copy }) => (
                    <Tooltip
                      label={copied ? td("copy.copied") : td("copy.copy", { what: t("certificate.number") })}
                    >
                      <ActionIcon
                        size={22}
                        aria-label={td("copy.copy", { what: t("certificate.number") })}
                        onClick={copy}
                      >
                        {copied ? <IconCheck size={14} stroke={1.8} /> : <IconCopy size={14} stroke={1.6} />}
                      </ActionIcon>
                    </Tooltip>
                  )}
                </CopyButton>
              </span>
            ),
          },
          { label: t("certificate.issued"), value: <When at={c.issuedAt} format="date" /> },
        ]}
        actions={
          <>
            <LinkButton
              to="/verify"
              search={{ id: c.id }}
              variant="default"
              leftSection={<IconShieldCheck size={15} stroke={1.6} />}
            >
              {t("certificate.check")}
            </LinkButton>
            {!c.revokedAt && (
              <Button
                leftSection={<IconDownload size={15} stroke={1.6} />}
                loading={save.isPending}
                onClick={() =>
                  save.mutate(enrollmentId, {
                    onError: toast.problem,
                    onSuccess: (file) => toast.saved(file.path),
                  })
                }
              >
                {t("certificate.save")}
              </Button>
            )}
          </>
        }
      />
      {c.revokedAt && (
        <p className={classes.revokedNote} role="note">
          {t("certificate.revokedNote")} <When at={c.revokedAt} format="exact" />
        </p>
      )}
      <Certificate certificate={c} />
    </Page>
  );
}
