/** A receipt as it was issued: to read, to print, to save as PDF. */
import { Button } from "@mantine/core";
import { IconDownload, IconPrinter } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { receiptQuery, useSaveReceipt } from "@/backend/queries/payments";
import {
  ErrorState,
  Facts,
  Money,
  Page,
  PageSkeleton,
  RecordHeader,
  RecordMissing,
  TextLink,
  toast,
  When,
} from "@/design";
import classes from "./payments.module.css";

export function ReceiptPage() {
  const { t } = useTranslation("payments");
  const { paymentId, number } = useParams({ from: "/frame/payments/$paymentId/receipts/$number" });
  const args = { payment: paymentId, receiptNumber: number };
  const receipt = useQuery(receiptQuery(args));
  const save = useSaveReceipt();
  if (receipt.isPending) return <PageSkeleton />;
  if (receipt.isError) {
    if (receipt.error.code === "not-found") return <RecordMissing title={t("receipt.missing")} />;
    return (
      <ErrorState title={t("receipt.failed")} error={receipt.error} onRetry={() => void receipt.refetch()} />
    );
  }
  const r = receipt.data;
  return (
    <Page width="narrow">
      <RecordHeader
        back={
          <TextLink to="/payments/$paymentId" params={{ paymentId }} state>
            {t("receipt.back")}
          </TextLink>
        }
        title={r.number}
        actions={
          <>
            <Button
              variant="default"
              leftSection={<IconPrinter size={15} stroke={1.6} />}
              onClick={() => window.print()}
            >
              {t("receipt.print")}
            </Button>
            <Button
              leftSection={<IconDownload size={15} stroke={1.6} />}
              loading={save.isPending}
              onClick={() =>
                save.mutate(args, {
                  onError: toast.problem,
                  onSuccess: (file) => toast.saved(file.path),
                })
              }
            >
              {t("receipt.save")}
            </Button>
          </>
        }
      />
      <article className={classes.receipt} data-sheet aria-label={t("receipt.label", { number: r.number })}>
        <header>
          <span className={classes.institution}>{r.institution}</span>
          <span className={classes.kind}>{t(`receipt.kind.${r.kind}`)}</span>
        </header>
        <p className={classes.sum}>
          <Money minor={r.amount.minor} currency={r.amount.currency} />
        </p>
        <Facts
          items={[
            { label: t("receipt.number"), value: r.number },
            { label: t("receipt.payer"), value: `${r.payer} · ${r.payerEmail}` },
            { label: t("receipt.for"), value: r.course },
            { label: t("list.method"), value: t(`method.${r.method}`) },
            { label: t("receipt.reference"), value: r.providerRef },
            { label: t("receipt.occurred"), value: <When at={r.occurredAt} format="date" /> },
            { label: t("receipt.recorded"), value: <When at={r.recordedAt} format="exact" /> },
            { label: t("receipt.by"), value: r.recordedBy },
            { label: t("receipt.refunds"), value: r.refunds },
            { label: t("cash.note"), value: r.note },
          ].filter((item) => item.value)}
        />
        <footer className={classes.foot}>
          {r.sample && <p className={classes.sample}>{t("receipt.sample")}</p>}
          {t("receipt.seal")} <span className={classes.seal}>{r.hash}</span>
        </footer>
      </article>
    </Page>
  );
}
