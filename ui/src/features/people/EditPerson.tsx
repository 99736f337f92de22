/** Changing a person, inside the panel. */
import { Checkbox, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useChangePerson } from "@/backend/queries/people";
import type { PersonDetail } from "@/bindings/PersonDetail";
import { FormActions, FormFields, FormProblem, toast, useBackendForm, useDayProblem } from "@/design";
import { PROFILE_PATHS, ProfileFields, tidied } from "./ProfileFields";

export function EditPerson({ person, onDone }: { person: PersonDetail; onDone: () => void }) {
  const { t } = useTranslation("people");
  const update = useChangePerson("person_update");
  const noDay = useDayProblem();
  const { form, formProps, pending, problem } = useBackendForm({
    initialValues: {
      name: person.name,
      email: person.email,
      emailVerified: person.emailVerified,
      profile: person.profile,
    },
    validate: {
      name: (v) => (v.trim() ? null : t("needed.name")),
      email: (v) => (v.trim() ? null : t("needed.email")),
      profile: { dateOfBirth: noDay },
    },
    submit: (v) => update.mutateAsync({ id: person.id, rev: person.rev, ...v, profile: tidied(v.profile) }),
    fields: PROFILE_PATHS,
    onDone: (saved) => {
      toast.done(t("edit.done", { name: saved.name }));
      onDone();
    },
  });
  return (
    <form {...formProps}>
      <h2>{t("edit.title", { name: person.name })}</h2>
      <FormFields>
        <TextInput label={t("list.name")} autoFocus maxLength={100} {...form.getInputProps("name")} />
        <TextInput label={t("list.email")} type="email" {...form.getInputProps("email")} />
        <Checkbox
          label={t("field.emailVerified")}
          {...form.getInputProps("emailVerified", { type: "checkbox" })}
        />
        <ProfileFields form={form} />
      </FormFields>
      <FormProblem problem={problem} />
      <FormActions verb={t("edit.verb")} pending={pending} cancel={t("new.cancel")} onCancel={onDone} />
    </form>
  );
}
