/** Money goes back: asked for, and, above the threshold, decided by a second person. */
import { Button, Textarea } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useAskRefund, useDecideRefund } from "@/backend/queries/payments";
import type { RefundDto } from "@/bindings/RefundDto";
import {
  FormActions,
  FormFields,
  FormProblem,
  MoneyInput,
  type TypedMoney,
  toast,
  useBackendForm,
  useMoney,
  useMoneyProblem,
} from "@/design";
import classes from "./payments.module.css";
import type { TaskProps } from "./Recording";

export function AskRefund({ payment, onDone }: TaskProps) {
  const { t } = useTranslation("payments");
  const money = useMoney();
  const unreadable = useMoneyProblem();
  const ask = useAskRefund();
  const currency = payment.amount.currency;
  const most = payment.refundable.minor;
  const { form, formProps, pending, problem } = useBackendForm({
    initialValues: { amount: null as TypedMoney, reason: "" },
    validate: {
      amount: (v) =>
        unreadable(v, currency) ??
        (v === null || Number(v) <= 0
          ? t("refund.needed")
          : Number(v) > most
            ? t("refund.tooMuch", { amount: money(most, currency) })
            : null),
      reason: (v) => (v.trim() ? null : t("refund.reasonNeeded")),
    },
    submit: (v) =>
      ask.mutateAsync({
        id: payment.id,
        rev: payment.rev,
        amountMinor: Number(v.amount),
        reason: v.reason,
      }),
    fields: { amountMinor: "amount", amount_minor: "amount" },
    onDone: (saved) => {
      const waits = saved.refunds.some(
        (refund) => refund.status === "pending" && !payment.refunds.some((before) => before.id === refund.id),
      );
      toast.done((t) => t(waits ? "payments:refund.asked" : "payments:refund.booked"));
      onDone();
    },
    draft: `refund of ${payment.id}`,
  });
  const typed = typeof form.values.amount === "number" ? form.values.amount : 0;
  const second = typed > payment.refundThresholdMinor;
  const named = { amount: money(typed, currency) };
  const verb = typed > 0 ? t(second ? "verb.askRefundAmount" : "verb.refundAmount", named) : t("verb.refund");
  return (
    <form {...formProps}>
      <p className={classes.hint}>
        {t("refund.lead", {
          amount: money(most, currency),
          method: t(`method.${payment.method}`),
        })}
      </p>
      <FormFields>
        <MoneyInput
          label={t("refund.amount")}
          currency={currency}
          data-autofocus
          {...(form.getInputProps("amount") as {
            value: TypedMoney;
            onChange: (typed: TypedMoney) => void;
          })}
        />
        <div>
          <Button size="xs" variant="default" onClick={() => form.setFieldValue("amount", most)}>
            {t("refund.all", { amount: money(most, currency) })}
          </Button>
        </div>
        <Textarea
          label={t("refund.reason")}
          autosize
          minRows={2}
          maxLength={500}
          {...form.getInputProps("reason")}
        />
        {second && (
          <p className={classes.second}>
            {t("refund.second", { amount: money(payment.refundThresholdMinor, currency) })}
          </p>
        )}
        {typed === most && most > 0 && <p className={classes.hint}>{t("refund.full")}</p>}
      </FormFields>
      <FormProblem problem={problem} />
      <FormActions verb={verb} pending={pending} cancel={t("verb.back")} onCancel={onDone} />
    </form>
  );
}

export function DecideRefund({
  payment,
  refund,
  approve,
  onDone,
}: TaskProps & { refund: RefundDto; approve: boolean }) {
  const { t } = useTranslation("payments");
  const money = useMoney();
  const decide = useDecideRefund();
  const { form, formProps, pending, problem } = useBackendForm({
    initialValues: { reason: "" },
    validate: { reason: (v) => (approve || v.trim() ? null : t("refund.denyNeeded")) },
    submit: (v) =>
      decide.mutateAsync({
        id: payment.id,
        rev: payment.rev,
        refund: refund.id,
        approve,
        reason: v.reason.trim() || null,
      }),
    onDone: () => {
      toast.done((t) => t(approve ? "payments:refund.booked" : "payments:refund.denied"));
      onDone();
    },
    draft: `decision on ${refund.id}`,
  });
  return (
    <form {...formProps}>
      <p className={classes.hint}>
        {t("refund.decide", {
          name: refund.requestedBy?.name ?? "",
          amount: money(refund.amount.minor, refund.amount.currency),
          reason: refund.reason ?? "",
        })}
      </p>
      <Textarea
        label={t(approve ? "refund.remark" : "refund.denyReason")}
        autosize
        minRows={2}
        maxLength={500}
        data-autofocus
        {...form.getInputProps("reason")}
      />
      <FormProblem problem={problem} />
      <FormActions
        verb={t(approve ? "verb.approve" : "verb.deny")}
        pending={pending}
        cancel={t("verb.back")}
        onCancel={onDone}
      />
    </form>
  );
}
