/** A new draft: only what it needs to exist. Everything else is written on its own page. */
import { Select, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useChangeCourse } from "@/backend/queries/courses";
import { instructorsQuery } from "@/backend/queries/people";
import { useSession } from "@/backend/queries/session";
import type { Category } from "@/bindings/Category";
import type { Level } from "@/bindings/Level";
import {
  FormActions,
  FormFields,
  FormProblem,
  Page,
  PageHeader,
  Section,
  toast,
  useBackendForm,
} from "@/design";
import { CATEGORIES, LEVELS } from "./terms";

export function NewCoursePage() {
  const { t } = useTranslation("courses");
  const navigate = useNavigate();
  const admin = useSession()?.role === "admin";
  const instructors = useQuery({ ...instructorsQuery, enabled: admin });
  const create = useChangeCourse("course_create");
  const { form, formProps, pending, problem } = useBackendForm({
    initialValues: {
      title: "",
      category: null as Category | null,
      level: null as Level | null,
      instructor: null as string | null,
    },
    validate: { title: (v) => (v.trim() ? null : t("needed.title")) },
    submit: (v) => create.mutateAsync(v),
    onDone: (course) => {
      toast.done((t) => t("courses:new.done", { title: course.fields.title }));
      void navigate({ to: "/courses/$courseId", params: { courseId: course.id } });
    },
  });
  return (
    <Page width="narrow">
      <PageHeader title={t("new.title")} subtitle={t("new.lead")} />
      <form {...formProps}>
        <Section title={t("new.about")}>
          <FormFields>
            <TextInput
              label={t("field.title")}
              withAsterisk
              autoFocus
              maxLength={200}
              {...form.getInputProps("title")}
            />
            <FormFields columns={2}>
              <Select
                label={t("field.category")}
                data={CATEGORIES.map((c) => ({ value: c, label: t(`category.${c}`) }))}
                clearable
                {...form.getInputProps("category")}
              />
              <Select
                label={t("field.level")}
                data={LEVELS.map((l) => ({ value: l, label: t(`level.${l}`) }))}
                clearable
                {...form.getInputProps("level")}
              />
            </FormFields>
            {admin && (
              <Select
                label={t("field.instructor")}
                description={t("new.instructorHint")}
                data={(instructors.data ?? []).map((p) => ({ value: p.id, label: p.name }))}
                searchable
                clearable
                nothingFoundMessage={t("new.noInstructor")}
                {...form.getInputProps("instructor")}
              />
            )}
          </FormFields>
        </Section>
        <FormProblem problem={problem} />
        <FormActions
          verb={t("new.verb")}
          pending={pending}
          cancel={t("new.cancel")}
          onCancel={() => void navigate({ to: "/courses" })}
        />
      </form>
    </Page>
  );
}
