/** Money came in: counted at the desk, or reported by a provider. */
import { Select, Textarea, TextInput } from "@mantine/core";
import { DateInput } from "@mantine/dates";
import { useTranslation } from "react-i18next";
import { useRecordCash, useRecordProvider } from "@/backend/queries/payments";
import type { Method } from "@/bindings/Method";
import type { PaymentDetail } from "@/bindings/PaymentDetail";
import type { ReferenceKind } from "@/bindings/ReferenceKind";
import { FormActions, FormFields, FormProblem, MoneyInput, toast, useBackendForm, useMoney } from "@/design";
import classes from "./payments.module.css";

export interface TaskProps {
  payment: PaymentDetail;
  onDone: () => void;
}

export function RecordCash({ payment, onDone }: TaskProps) {
  const { t } = useTranslation("payments");
  const money = useMoney();
  const record = useRecordCash();
  const asked = money(payment.amount.minor, payment.amount.currency);
  const { form, formProps, pending, problem } = useBackendForm({
    initialValues: {
      amount: null as number | null,
      receivedOn: null as string | null,
      note: "",
    },
    validate: {
      amount: (v) =>
        v === null
          ? t("cash.needed")
          : v !== payment.amount.minor
            ? t("cash.differs", { amount: asked })
            : null,
    },
    submit: (v) =>
      record.mutateAsync({
        id: payment.id,
        rev: payment.rev,
        amountMinor: v.amount ?? 0,
        receivedOn: v.receivedOn,
        note: v.note.trim() || null,
      }),
    fields: { amountMinor: "amount", amount_minor: "amount" },
    onDone: (saved) => {
      toast.done(t("cash.done", { amount: asked, receipt: saved.receiptNumber ?? "" }));
      onDone();
    },
  });
  return (
    <form {...formProps}>
      <p className={classes.hint}>{t("cash.lead", { student: payment.student.name, amount: asked })}</p>
      <FormFields>
        <MoneyInput
          label={t("cash.amount")}
          currency={payment.amount.currency}
          data-autofocus
          {...(form.getInputProps("amount") as {
            value: number | null;
            onChange: (minor: number | null) => void;
          })}
        />
        <DateInput
          label={t("cash.receivedOn")}
          placeholder={t("cash.today")}
          valueFormat="D MMMM YYYY"
          maxDate={new Date()}
          clearable
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
      <FormActions verb={t("verb.cash")} pending={pending} cancel={t("verb.back")} onCancel={onDone} />
    </form>
  );
}

const KINDS: Record<Exclude<Method, "cash">, ReferenceKind[]> = {
  stripe: ["paymentIntentId", "chargeId"],
  sslcommerz: ["transactionId", "sessionId", "merchantTransactionId"],
};

export function RecordProvider({ payment, onDone }: TaskProps) {
  const { t } = useTranslation("payments");
  const record = useRecordProvider();
  const first = payment.method === "sslcommerz" ? "sslcommerz" : "stripe";
  const { form, formProps, pending, problem } = useBackendForm({
    initialValues: {
      method: first as Exclude<Method, "cash">,
      kind: KINDS[first][0] as ReferenceKind,
      value: "",
      paidOn: null as string | null,
      note: "",
    },
    validate: { value: (v) => (v.trim() ? null : t("provider.needed")) },
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
      toast.done(t("provider.done", { receipt: saved.receiptNumber ?? "" }));
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
        <DateInput
          label={t("provider.paidOn")}
          placeholder={t("cash.today")}
          valueFormat="D MMMM YYYY"
          maxDate={new Date()}
          clearable
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
