/** Back to the author, with what should be changed. */
import { Textarea } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useChangeCourse } from "@/backend/queries/courses";
import type { CourseDetail } from "@/bindings/CourseDetail";
import { FormActions, FormProblem, toast, useBackendForm } from "@/design";
import classes from "./courses.module.css";

export function RequestChanges({ course, onDone }: { course: CourseDetail; onDone: () => void }) {
  const { t } = useTranslation("courses");
  const request = useChangeCourse("course_request_changes");
  const { form, formProps, pending, problem } = useBackendForm({
    initialValues: { reason: "" },
    validate: { reason: (v) => (v.trim() ? null : t("requestChanges.needed")) },
    submit: (v) => request.mutateAsync({ id: course.id, rev: course.rev, reason: v.reason }),
    draft: `changes to ${course.id}`,
    onDone: () => {
      toast.done((t) => t("courses:requestChanges.done", { title: course.fields.title }));
      onDone();
    },
  });
  return (
    <form {...formProps}>
      <p className={classes.hint}>{t("requestChanges.body", { name: course.instructor.name })}</p>
      <Textarea
        label={t("requestChanges.note")}
        autosize
        minRows={4}
        maxRows={12}
        maxLength={2000}
        data-autofocus
        {...form.getInputProps("reason")}
      />
      <FormProblem problem={problem} />
      <FormActions verb={t("verb.requestChanges")} pending={pending} cancel={t("back")} onCancel={onDone} />
    </form>
  );
}
