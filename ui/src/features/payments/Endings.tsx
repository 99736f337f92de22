/** A payment that came to nothing: refused by the provider, cancelled, or tried once more. */
import { Select, Textarea, TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useCancelPayment, useFailPayment, useRetryPayment } from "@/backend/queries/payments";
import type { Method } from "@/bindings/Method";
import { FormActions, FormFields, FormProblem, toast, useBackendForm } from "@/design";
import classes from "./payments.module.css";
import type { TaskProps } from "./Recording";

export function FailPayment({ payment, onDone }: TaskProps) {
  const { t } = useTranslation("payments");
  const fail = useFailPayment();
  const { form, formProps, pending, problem } = useBackendForm({
    initialValues: { message: "", code: "" },
    validate: { message: (v) => (v.trim() ? null : t("fail.needed")) },
    submit: (v) =>
      fail.mutateAsync({
        id: payment.id,
        rev: payment.rev,
        message: v.message,
        code: v.code.trim() || null,
      }),
    onDone: () => {
      toast.done((t) => t("payments:fail.done"));
      onDone();
    },
  });
  return (
    <form {...formProps}>
      <FormFields>
        <Textarea
          label={t("fail.message")}
          autosize
          minRows={2}
          maxLength={500}
          data-autofocus
          {...form.getInputProps("message")}
        />
        <TextInput label={t("fail.code")} maxLength={100} {...form.getInputProps("code")} />
      </FormFields>
      <FormProblem problem={problem} />
      <FormActions verb={t("verb.fail")} pending={pending} cancel={t("verb.back")} onCancel={onDone} />
    </form>
  );
}

export function CancelPayment({ payment, onDone }: TaskProps) {
  const { t } = useTranslation("payments");
  const cancel = useCancelPayment();
  const { form, formProps, pending, problem } = useBackendForm({
    initialValues: { reason: "" },
    validate: { reason: (v) => (v.trim() ? null : t("cancel.needed")) },
    submit: (v) => cancel.mutateAsync({ id: payment.id, rev: payment.rev, reason: v.reason }),
    onDone: () => {
      toast.done((t) => t("payments:cancel.done"));
      onDone();
    },
  });
  return (
    <form {...formProps}>
      <p className={classes.hint}>{t("cancel.lead")}</p>
      <Textarea
        label={t("cancel.reason")}
        autosize
        minRows={2}
        maxLength={500}
        data-autofocus
        {...form.getInputProps("reason")}
      />
      <FormProblem problem={problem} />
      <FormActions verb={t("verb.cancel")} pending={pending} cancel={t("verb.back")} onCancel={onDone} />
    </form>
  );
}

export function RetryPayment({ payment, onDone }: TaskProps) {
  const { t } = useTranslation("payments");
  const navigate = useNavigate();
  const retry = useRetryPayment();
  const { form, formProps, pending, problem } = useBackendForm({
    initialValues: { method: payment.method },
    submit: (v) => retry.mutateAsync({ enrollment: payment.enrollment ?? "", method: v.method as Method }),
    onDone: (made) => {
      toast.done((t) => t("payments:retry.done"));
      onDone();
      void navigate({ to: "/payments/$paymentId", params: { paymentId: made.id } });
    },
  });
  return (
    <form {...formProps}>
      <p className={classes.hint}>{t("retry.lead")}</p>
      <Select
        label={t("list.method")}
        data={(["cash", "stripe", "sslcommerz"] as const).map((m) => ({
          value: m,
          label: t(`method.${m}`),
        }))}
        allowDeselect={false}
        data-autofocus
        {...form.getInputProps("method")}
      />
      <FormProblem problem={problem} />
      <FormActions verb={t("verb.retry")} pending={pending} cancel={t("verb.back")} onCancel={onDone} />
    </form>
  );
}
