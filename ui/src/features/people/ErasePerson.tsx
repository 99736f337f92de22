/** Erasing a person for good, inside the panel: what goes, what stays, and their name typed to confirm. */
import { Textarea, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useChangePerson } from "@/backend/queries/people";
import type { PersonDetail } from "@/bindings/PersonDetail";
import { FormActions, FormFields, FormProblem, toast, useBackendForm } from "@/design";
import classes from "./people.module.css";

export function ErasePerson({ person, onDone }: { person: PersonDetail; onDone: () => void }) {
  const { t } = useTranslation("people");
  const erase = useChangePerson("person_erase");
  const { form, formProps, pending, problem } = useBackendForm({
    initialValues: { name: "", reason: "" },
    validate: {
      name: (v) => (v.trim() === person.name ? null : t("erase.nameNeeded")),
      reason: (v) => (v.trim() ? null : t("erase.reasonNeeded")),
    },
    submit: (v) => erase.mutateAsync({ id: person.id, name: v.name, reason: v.reason }),
    onDone: () => {
      toast.done((t) => t("people:erase.done"));
      onDone();
    },
  });
  return (
    <form {...formProps}>
      <h2>{t("erase.title", { name: person.name })}</h2>
      <p className={classes.dim}>{t("erase.goes")}</p>
      <p className={classes.dim}>{t("erase.stays")}</p>
      <FormFields>
        <TextInput
          label={t("erase.name", { name: person.name })}
          autoFocus
          autoComplete="off"
          {...form.getInputProps("name")}
        />
        <Textarea
          label={t("erase.reason")}
          description={t("erase.reasonHint")}
          autosize
          minRows={2}
          {...form.getInputProps("reason")}
        />
      </FormFields>
      <FormProblem problem={problem} />
      <FormActions
        verb={t("erase.verb")}
        pending={pending}
        danger
        cancel={t("new.cancel")}
        onCancel={onDone}
      />
    </form>
  );
}
