/** Money came in: counted at the desk, or reported by a provider. */
import { Select, Textarea, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useRecordCash, useRecordProvider } from "@/backend/queries/payments";
import type { Method } from "@/bindings/Method";
import type { PaymentDetail } from "@/bindings/PaymentDetail";
import type { ReferenceKind } from "@/bindings/ReferenceKind";
import {
  DayInput,
  FormActions,
  FormFields,
  FormProblem,
  formatMoney,
  MoneyInput,
  type TypedDay,
  type TypedMoney,
  toast,
  useBackendForm,
  useDayProblem,
  useMoney,
  useMoneyProblem,
} from "@/design";
import classes from "./payments.module.css";

export interface TaskProps {
  payment: PaymentDetail;
  onDone: () => void;
}

export function RecordCash({ payment, onDone }: TaskProps) {
  const { t } = useTranslation("payments");
  const money = useMoney();
  const unreadable = useMoneyProblem();
  const noDay = useDayProblem();
  const record = useRecordCash();
  const asked = money(payment.amount.minor, payment.amount.currency);
  const { form, formProps, pending, problem } = useBackendForm({
    initialValues: {
      amount: null as TypedMoney,
      receivedOn: null as TypedDay,
      note: "",
    },
    validate: {
      amount: (v) =>
        v === null
          ? t("cash.needed")
          : (unreadable(v, payment.amount.currency) ??
            (v === payment.amount.minor ? null : t("cash.differs", { amount: asked }))),
      receivedOn: noDay,
    },
    submit: (v) =>
      record.mutateAsync({
        id: payment.id,
        rev: payment.rev,
        amountMinor: Number(v.amount),
        receivedOn: v.receivedOn,
        note: v.note.trim() || null,
      }),
    fields: { amountMinor: "amount", amount_minor: "amount" },
    onDone: (saved) => {
      toast.done((t, language) =>
        t("payments:cash.done", {
          amount: formatMoney(payment.amount.minor, payment.amount.currency, language),
          receipt: saved.receiptNumber ?? "",
        }),
      );
      onDone();
    },
  });
  const typed = form.values.amount;
  const verb =
    typeof typed === "number"
      ? t("verb.cashAmount", { amount: money(typed, payment.amount.currency) })
      : t("verb.cash");
  return (
    <form {...formProps}>
      <p className={classes.hint}>{t("cash.lead", { student: payment.student.name, amount: asked })}</p>
      <FormFields>
        <MoneyInput
          label={t("cash.amount")}
          currency={payment.amount.currency}
          data-autofocus
          {...(form.getInputProps("amount") as {
            value: TypedMoney;
            onChange: (typed: TypedMoney) => void;
          })}
        />
        <DayInput
          label={t("cash.receivedOn")}
          placeholder={t("cash.today")}
          {...form.getInputProps("receivedOn")}
        />
        <Textarea
          label={t("cash.note")}
          autosize
          minRows={1}
          maxLength={500}
          {...form.getInputProps("note")}
        />
      </FormFields>
      <FormProblem problem={problem} />
      <FormActions verb={verb} pending={pending} cancel={t("verb.back")} onCancel={onDone} />
    </form>
  );
}

const KINDS: Record<Exclude<Method, "cash">, ReferenceKind[]> = {
  stripe: ["paymentIntentId", "chargeId"],
  sslcommerz: ["transactionId", "sessionId", "merchantTransactionId"],
};

export function RecordProvider({ payment, onDone }: TaskProps) {
  const { t } = useTranslation("payments");
  const noDay = useDayProblem();
  const record = useRecordProvider();
  const first = payment.method === "sslcommerz" ? "sslcommerz" : "stripe";
  const { form, formProps, pending, problem } = useBackendForm({
    initialValues: {
      method: first as Exclude<Method, "cash">,
      kind: KINDS[first][0] as ReferenceKind,
      value: "",
      paidOn: null as TypedDay,
      note: "",
    },
    validate: { value: (v) => (v.trim() ? null : t("provider.needed")), paidOn: noDay },
    submit: (v) =>
      record.mutateAsync({
        id: payment.id,
        rev: payment.rev,
        method: v.method,
        reference: { kind: v.kind, value: v.value.trim() },
        paidOn: v.paidOn,
        note: v.note.trim() || null,
      }),
    fields: {
      reference: "value",
      "reference.value": "value",
      "provider.paymentIntentId": "value",
      "provider.chargeId": "value",
      "provider.sessionId": "value",
      "provider.transactionId": "value",
      "provider.merchantTransactionId": "value",
    },
    onDone: (saved) => {
      toast.done((t) => t("payments:provider.done", { receipt: saved.receiptNumber ?? "" }));
      onDone();
    },
  });
  return (
    <form {...formProps}>
      <p className={classes.hint}>{t("provider.lead")}</p>
      <FormFields>
        <FormFields columns={2}>
          <Select
            label={t("list.method")}
            data={(["stripe", "sslcommerz"] as const).map((m) => ({
              value: m,
              label: t(`method.${m}`),
            }))}
            allowDeselect={false}
            value={form.values.method}
            onChange={(m) => {
              const method = m as Exclude<Method, "cash">;
              form.setValues({ method, kind: KINDS[method][0] });
            }}
          />
          <Select
            label={t("provider.kind")}
            data={KINDS[form.values.method].map((kind) => ({
              value: kind,
              label: t(`reference.${kind}`),
            }))}
            allowDeselect={false}
            {...form.getInputProps("kind")}
          />
        </FormFields>
        <TextInput
          label={t("provider.value")}
          maxLength={200}
          data-autofocus
          {...form.getInputProps("value")}
        />
        <DayInput
          label={t("provider.paidOn")}
          placeholder={t("cash.today")}
          {...form.getInputProps("paidOn")}
        />
        <Textarea
          label={t("cash.note")}
          autosize
          minRows={1}
          maxLength={500}
          {...form.getInputProps("note")}
        />
      </FormFields>
      <FormProblem problem={problem} />
      <FormActions verb={t("verb.provider")} pending={pending} cancel={t("verb.back")} onCancel={onDone} />
    </form>
  );
}
