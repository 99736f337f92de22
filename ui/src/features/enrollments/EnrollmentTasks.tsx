/** What is done with one enrollment, each in its dialog: ending it or its certificate, paying anew, grading. */
import { NumberInput, Select, Textarea } from "@mantine/core";
import { useRouter } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import {
  useCancelEnrollment,
  useRecordResult,
  useReopenEnrollment,
  useRevokeCertificate,
} from "@/backend/queries/enrollments";
import { useRetryPayment } from "@/backend/queries/payments";
import type { EnrollmentDetail } from "@/bindings/EnrollmentDetail";
import type { Method } from "@/bindings/Method";
import type { ResultDto } from "@/bindings/ResultDto";
import { FormActions, FormFields, FormProblem, toast, useBackendForm } from "@/design";
import classes from "./enrollments.module.css";

interface TaskProps {
  enrollment: EnrollmentDetail;
  onDone: () => void;
}

export function Reason({ enrollment, kind, onDone }: TaskProps & { kind: "cancel" | "revoke" }) {
  const { t } = useTranslation("enrollments");
  const cancel = useCancelEnrollment();
  const revoke = useRevokeCertificate();
  const { form, formProps, pending, problem } = useBackendForm({
    initialValues: { reason: "" },
    validate: { reason: (v) => (v.trim() ? null : t("reason.needed")) },
    submit: (v) =>
      (kind === "cancel" ? cancel : revoke).mutateAsync({
        id: enrollment.id,
        rev: enrollment.rev,
        reason: v.reason,
      }),
    onDone: () => {
      toast.done((t) => t(`enrollments:${kind}.done`, { student: enrollment.student.name }));
      onDone();
    },
  });
  return (
    <form {...formProps}>
      <p className={classes.hint}>{t(`${kind}.body`)}</p>
      <Textarea
        label={t("reason.label")}
        autosize
        minRows={2}
        maxLength={500}
        data-autofocus
        {...form.getInputProps("reason")}
      />
      <FormProblem problem={problem} />
      <FormActions verb={t(`verb.${kind}`)} pending={pending} cancel={t("reason.keep")} onCancel={onDone} />
    </form>
  );
}

export function HowToPay({ enrollment, kind, onDone }: TaskProps & { kind: "reopen" | "retry" }) {
  const { t } = useTranslation("enrollments");
  const router = useRouter();
  const reopen = useReopenEnrollment();
  const retry = useRetryPayment();
  const { form, formProps, pending, problem } = useBackendForm({
    initialValues: { method: "cash" as Method },
    submit: async (v): Promise<string | null> => {
      const args = { enrollment: enrollment.id, method: v.method };
      if (kind === "retry") return (await retry.mutateAsync(args)).id;
      await reopen.mutateAsync(args);
      return null;
    },
    onDone: (payment) => {
      toast.done((t) => t(`enrollments:${kind}.done`, { student: enrollment.student.name }));
      onDone();
      if (payment) void router.navigate({ to: "/payments/$paymentId", params: { paymentId: payment } });
    },
  });
  return (
    <form {...formProps}>
      <p className={classes.hint}>{t(`${kind}.body`)}</p>
      <Select
        label={t("method.label")}
        data={(["cash", "stripe", "sslcommerz"] as const).map((m) => ({ value: m, label: t(`method.${m}`) }))}
        allowDeselect={false}
        data-autofocus
        {...form.getInputProps("method")}
      />
      <FormProblem problem={problem} />
      <FormActions verb={t(`verb.${kind}`)} pending={pending} cancel={t("reason.keep")} onCancel={onDone} />
    </form>
  );
}

export function Grade({ enrollment, result, onDone }: TaskProps & { result: ResultDto }) {
  const { t } = useTranslation("enrollments");
  const record = useRecordResult();
  const { form, formProps, pending, problem } = useBackendForm({
    initialValues: { score: (result.score ?? "") as number | "" },
    validate: {
      score: (v) =>
        v !== "" && v >= 0 && v <= result.maxScore ? null : t("grade.needed", { max: result.maxScore }),
    },
    submit: (v) =>
      record.mutateAsync({
        enrollment: enrollment.id,
        rev: enrollment.rev,
        assessmentId: result.assessmentId,
        score: Number(v.score),
      }),
    onDone: () => {
      toast.done((t) => t("enrollments:grade.done"));
      onDone();
    },
    draft: `grade ${enrollment.id} ${result.assessmentId}`,
  });
  return (
    <form {...formProps}>
      <FormFields>
        <NumberInput
          label={t("grade.score", { max: result.maxScore })}
          description={t("grade.pass", { pass: result.passScore })}
          decimalScale={2}
          data-autofocus
          {...form.getInputProps("score")}
        />
      </FormFields>
      <FormProblem problem={problem} />
      <FormActions verb={t("grade.verb")} pending={pending} cancel={t("reason.keep")} onCancel={onDone} />
    </form>
  );
}
