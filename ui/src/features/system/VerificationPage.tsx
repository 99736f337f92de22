/** Does everything still fit together: ledger chain, sums, counters, references. Runs when asked. */
import { Button } from "@mantine/core";
import { IconCircleCheck, IconShieldCheck, IconShieldX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { verifyQuery } from "@/backend/queries/system";
import type { VerifyReport } from "@/bindings/VerifyReport";
import { EmptyState, ErrorState, LinesSkeleton, Page, PageHeader, Said, Section, When } from "@/design";
import { groupFindings } from "./findings";
import classes from "./system.module.css";

const COUNTS = ["people", "courses", "enrollments", "payments", "ledgerRows", "auditEvents"] as const;

export function VerificationPage() {
  const { t } = useTranslation("system");
  const { run } = useSearch({ from: "/frame/system/verification" });
  const navigate = useNavigate();
  const verify = useQuery(verifyQuery);
  const { refetch } = verify;
  useEffect(() => {
    if (!run) return;
    void navigate({ to: "/system/verification", search: {}, replace: true });
    void refetch();
  }, [run, navigate, refetch]);
  return (
    <Page width="narrow">
      <PageHeader
        title={t("nav.verification")}
        subtitle={t("verify.lead")}
        actions={
          <Button
            leftSection={<IconShieldCheck size={15} stroke={1.6} />}
            loading={verify.isFetching}
            onClick={() => void refetch()}
          >
            {verify.data ? t("verify.again") : t("verify.verb")}
          </Button>
        }
      />
      <div aria-live="polite" aria-busy={verify.isFetching}>
        {verify.isFetching ? (
          <div className={classes.waiting}>
            <p className={classes.dim}>{t("verify.running")}</p>
            <LinesSkeleton lines={5} />
          </div>
        ) : verify.isError ? (
          <ErrorState title={t("verify.failed")} error={verify.error} onRetry={() => void refetch()} />
        ) : verify.data ? (
          <Found report={verify.data} at={new Date(verify.dataUpdatedAt).toISOString()} />
        ) : (
          <EmptyState title={t("verify.notYet")} body={t("verify.notYetBody")} />
        )}
      </div>
    </Page>
  );
}

function Found({ report, at }: { report: VerifyReport; at: string }) {
  const { t, i18n } = useTranslation("system");
  const sound = report.findings.length === 0;
  const Icon = sound ? IconCircleCheck : IconShieldX;
  const took = (report.tookMs / 1000).toLocaleString(i18n.language, { maximumFractionDigits: 2 });
  return (
    <>
      <section className={classes.verdict} data-tone={sound ? "green" : "red"}>
        <Icon size={26} stroke={1.5} aria-hidden="true" />
        <div>
          <h2>{sound ? t("verify.sound") : t("verify.off", { count: report.findings.length })}</h2>
          <p>
            {sound ? t("verify.soundBody") : t("verify.offBody")} {t("verify.took", { seconds: took })}{" "}
            <When at={at} />
          </p>
        </div>
      </section>
      <dl className={classes.counts}>
        {COUNTS.map((what) => (
          <div key={what}>
            <dt>{t(`verify.count.${what}`)}</dt>
            <dd>{report[what].toLocaleString(i18n.language)}</dd>
          </div>
        ))}
      </dl>
      {groupFindings(report.findings).map((group) => (
        <Section
          key={group.check}
          title={`${t(`verify.check.${group.known ?? "other"}`)} (${group.findings.length.toLocaleString(i18n.language)})`}
        >
          <ul className={classes.findings}>
            {group.findings.map((finding) => (
              <li key={`${finding.record ?? ""} ${finding.message}`}>
                <Said>{finding.message}</Said>
                {finding.record && <span className={classes.record}>{finding.record}</span>}
              </li>
            ))}
          </ul>
        </Section>
      ))}
    </>
  );
}
