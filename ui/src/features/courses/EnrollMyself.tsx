/** A student takes a course: how they will pay, then on to the payment; a free course opens at once. */
import { Radio } from "@mantine/core";
import { useRouter } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useEnrollMyself } from "@/backend/queries/courses";
import type { CourseDetail } from "@/bindings/CourseDetail";
import type { Method } from "@/bindings/Method";
import { FormActions, FormProblem, toast, useBackendForm, useMoney } from "@/design";
import classes from "./courses.module.css";
import { METHODS } from "./terms";

export function EnrollMyself({ course: c, onDone }: { course: CourseDetail; onDone: () => void }) {
  const { t } = useTranslation("courses");
  const router = useRouter();
  const money = useMoney();
  const enroll = useEnrollMyself();
  const free = c.fields.priceMinor === 0;
  const { form, formProps, pending, problem } = useBackendForm({
    initialValues: { method: "stripe" as Method },
    submit: (v) => enroll.mutateAsync({ course: c.id, method: v.method }),
    onDone: (enrolled) => {
      toast.done((t) => t("courses:enrollMyself.done", { title: c.fields.title }));
      onDone();
      if (enrolled.payment) {
        void router.navigate({ to: "/payments/$paymentId", params: { paymentId: enrolled.payment } });
      } else if (enrolled.enrollment) {
        void router.navigate({ to: "/learn/$enrollmentId", params: { enrollmentId: enrolled.enrollment } });
      }
    },
  });
  return (
    <form {...formProps}>
      <p className={classes.hint}>
        {free
          ? t("enrollMyself.freeBody")
          : t("enrollMyself.body", { price: money(c.fields.priceMinor ?? 0, c.fields.currency) })}
      </p>
      {!free && (
        <Radio.Group label={t("enrollMyself.method")} {...form.getInputProps("method")}>
          <div className={classes.methods}>
            {METHODS.map((method) => (
              <Radio
                key={method}
                value={method}
                data-autofocus={method === "stripe" || undefined}
                label={t(`method.${method}`)}
                description={t(`method.${method}Hint`)}
              />
            ))}
          </div>
        </Radio.Group>
      )}
      <FormProblem problem={problem} />
      <FormActions verb={t("verb.enrollMyself")} pending={pending} cancel={t("back")} onCancel={onDone} />
    </form>
  );
}
