/** Registering as a student, where the institution allows it. */
import { TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { helpQuery, useRegister } from "@/backend/queries/accounts";
import { useWorkspaceStatus } from "@/backend/queries/session";
import { FormActions, FormFields, FormProblem, TextLink, useBackendForm } from "@/design";
import { NewPassword } from "./NewPassword";
import { passwordFits } from "./passwordRules";
import classes from "./SignInPage.module.css";

export function RegisterPage() {
  const { t } = useTranslation("accounts");
  const status = useWorkspaceStatus();
  const help = useQuery(helpQuery);
  const [waits, setWaits] = useState(false);
  return (
    <div className={classes.column}>
      <h1 className={classes.title}>{waits ? t("register.waitTitle") : t("register.title")}</h1>
      <p className={classes.institution}>{status?.institution}</p>
      {waits && (
        <p className={classes.lead} role="status">
          {t("register.wait")}
        </p>
      )}
      {!waits && help.data?.register && <Form onWait={() => setWaits(true)} />}
      {help.data && !help.data.register && <p className={classes.lead}>{t("register.closed")}</p>}
      <p className={classes.hint}>
        <TextLink to="/sign-in">{t("forgotten.back")}</TextLink>
      </p>
    </div>
  );
}

function Form({ onWait }: { onWait: () => void }) {
  const { t, i18n } = useTranslation("accounts");
  const navigate = useNavigate();
  const register = useRegister();
  const { form, formProps, pending, problem } = useBackendForm({
    initialValues: { name: "", email: "", password: "" },
    validate: {
      name: (v) => (v.trim() ? null : t("needed.name")),
      email: (v) => (v.trim() ? null : t("needed.email")),
      password: (v) => (passwordFits(v) ? null : t("needed.password")),
    },
    submit: (values) => register.mutateAsync({ ...values, language: i18n.language }),
    onDone: ({ mail }) => {
      if (mail) void navigate({ to: "/confirm-address", search: { email: form.values.email.trim() } });
      else onWait();
    },
  });
  return (
    <form {...formProps}>
      <FormFields>
        <TextInput
          label={t("register.name")}
          maxLength={100}
          autoComplete="name"
          autoFocus
          {...form.getInputProps("name")}
        />
        <TextInput
          label={t("field.email")}
          type="email"
          autoComplete="username"
          {...form.getInputProps("email")}
        />
        <NewPassword
          label={t("field.password")}
          about={[form.values.name, form.values.email]}
          {...form.getInputProps("password")}
        />
      </FormFields>
      <FormProblem problem={problem} saves={false} />
      <FormActions verb={t("register.verb")} pending={pending} wide />
    </form>
  );
}
