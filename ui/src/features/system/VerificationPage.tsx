/** Does everything still fit together: ledger chain, sums, counters, references. Runs when asked. */
import { Button } from "@mantine/core";
import { IconCircleCheck, IconShieldCheck, IconShieldX } from "@tabler/icons-react";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useEffectEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useBackendEvent } from "@/backend/events";
import { cancelTask } from "@/backend/queries/operations";
import { useVerification } from "@/backend/queries/system";
import type { ProgressDto } from "@/bindings/ProgressDto";
import type { VerifyReport } from "@/bindings/VerifyReport";
import {
  EmptyState,
  ErrorState,
  Page,
  PageHeader,
  ProgressPanel,
  Said,
  Section,
  TechnicalName,
  toast,
  When,
} from "@/design";
import { groupFindings } from "./findings";
import classes from "./system.module.css";

const COUNTS = ["people", "courses", "enrollments", "payments", "ledgerRows", "auditEvents"] as const;

/** The stages that have words; a newer program may have more. */
const STAGES = ["file", "people", "courses", "ledger", "payments", "enrollments", "kept", "trail"] as const;

export function VerificationPage() {
  const { t } = useTranslation("system");
  const { run } = useSearch({ from: "/frame/system/verification" });
  const navigate = useNavigate();
  const { start, last, found } = useVerification();
  const running = last?.status === "pending";
  const onAsked = useEffectEvent(() => {
    void navigate({ to: "/system/verification", search: {}, replace: true });
    start();
  });
  useEffect(() => {
    if (run) onAsked();
  }, [run]);
  const stopped = last?.error?.code === "cancelled";
  return (
    <Page width="narrow">
      <PageHeader
        title={t("nav.verification")}
        subtitle={t("verify.lead")}
        actions={
          <Button leftSection={<IconShieldCheck size={15} stroke={1.6} />} loading={running} onClick={start}>
            {found ? t("verify.again") : t("verify.verb")}
          </Button>
        }
      />
      {running && last.variables && <Running key={last.variables.task} task={last.variables.task} />}
      <div aria-live="polite" aria-busy={running}>
        {running ? null : last?.error && !stopped ? (
          <ErrorState title={t("verify.failed")} error={last.error} onRetry={start} />
        ) : (
          <>
            {stopped && <p className={classes.dim}>{t("verify.stopped")}</p>}
            {found?.data ? (
              <Found report={found.data} at={new Date(found.submittedAt + found.data.tookMs).toISOString()} />
            ) : (
              <EmptyState title={t("verify.notYet")} body={t("verify.notYetBody")} />
            )}
          </>
        )}
      </div>
    </Page>
  );
}

/** How far the run is, and Cancel. */
function Running({ task }: { task: string }) {
  const { t } = useTranslation("system");
  const [progress, setProgress] = useState<ProgressDto | null>(null);
  const [stopping, setStopping] = useState(false);
  useBackendEvent("progress", (p) => {
    if (p.task === task) setProgress(p);
  });
  const stage = STAGES.find((one) => one === progress?.stage);
  const stop = () => {
    setStopping(true);
    cancelTask(task).catch(toast.problem);
  };
  return (
    <div className={classes.waiting}>
      <ProgressPanel
        title={t("verify.running")}
        done={progress?.done ?? 0}
        total={progress?.total || null}
        note={stopping ? t("verify.stopping") : stage ? t(`verify.stage.${stage}`) : null}
        {...(stopping ? {} : { onCancel: stop })}
      />
    </div>
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
          key={group.key}
          title={`${t(`verify.check.${group.kind ?? "other"}`)} (${group.findings.length.toLocaleString(i18n.language)})`}
        >
          <ul className={classes.findings}>
            {group.findings.map((finding) => (
              <li key={`${finding.check} ${finding.record ?? ""} ${finding.message}`}>
                <Said>{finding.message}</Said>
                {(finding.record || finding.check !== group.kind) && (
                  <span className={classes.record}>
                    {finding.check !== group.kind && <TechnicalName>{finding.check}</TechnicalName>}{" "}
                    {finding.record}
                  </span>
                )}
              </li>
            ))}
          </ul>
        </Section>
      ))}
    </>
  );
}
