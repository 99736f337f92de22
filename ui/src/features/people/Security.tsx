/** A person's role and password, changed by an administrator inside the panel. Both end their sessions. */
import { Button, Select } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useChangePerson } from "@/backend/queries/people";
import type { PersonDetail } from "@/bindings/PersonDetail";
import { FormActions, FormFields, FormProblem, toast, useBackendForm } from "@/design";
import { NewPassword } from "@/features/accounts/NewPassword";
import { passwordFits } from "@/features/accounts/passwordRules";
import { firstPassword } from "./firstPassword";
import classes from "./people.module.css";

interface Props {
  person: PersonDetail;
  onDone: () => void;
}

export function SetRole({ person, onDone }: Props) {
  const { t } = useTranslation("people");
  const { t: tf } = useTranslation("frame");
  const change = useChangePerson("person_set_role");
  const { form, formProps, pending, problem } = useBackendForm({
    initialValues: { role: person.role },
    submit: (v) => change.mutateAsync({ id: person.id, rev: person.rev, role: v.role }),
    onDone: (saved) => {
      toast.done((t) => t("people:role.done", { name: saved.name, role: t(`frame:role.${saved.role}`) }));
      onDone();
    },
  });
  return (
    <form {...formProps}>
      <h2>{t("role.title", { name: person.name })}</h2>
      <FormFields>
        <Select
          label={t("list.role")}
          data={(["student", "instructor", "finance", "admin"] as const).map((role) => ({
            value: role,
            label: tf(`role.${role}`),
          }))}
          allowDeselect={false}
          autoFocus
          {...form.getInputProps("role")}
        />
        <p className={classes.dim}>{t("role.note")}</p>
      </FormFields>
      <FormProblem problem={problem} />
      <FormActions verb={t("role.verb")} pending={pending} cancel={t("new.cancel")} onCancel={onDone} />
    </form>
  );
}

export function SetPassword({ person, onDone }: Props) {
  const { t } = useTranslation("people");
  const change = useChangePerson("person_set_password");
  const { form, formProps, pending, problem } = useBackendForm({
    initialValues: { password: "" },
    validate: { password: (v) => (passwordFits(v) ? null : t("needed.password")) },
    submit: (v) => change.mutateAsync({ id: person.id, password: v.password }),
    onDone: (saved) => {
      toast.done((t) => t("people:setPassword.done", { name: saved.name }));
      onDone();
    },
  });
  return (
    <form {...formProps}>
      <h2>{t("setPassword.title", { name: person.name })}</h2>
      <FormFields>
        <NewPassword
          label={t("setPassword.field")}
          about={[person.name, person.email]}
          autoFocus
          {...form.getInputProps("password")}
        />
        <div>
          <Button size="xs" variant="default" onClick={() => form.setFieldValue("password", firstPassword())}>
            {t("new.suggest")}
          </Button>
        </div>
        <p className={classes.dim}>{t("setPassword.note")}</p>
      </FormFields>
      <FormProblem problem={problem} />
      <FormActions
        verb={t("setPassword.verb")}
        pending={pending}
        cancel={t("new.cancel")}
        onCancel={onDone}
      />
    </form>
  );
}
