/** A new password for somebody who forgot theirs, with a one-time code that mail brings or an administrator reads out. */
import { Button, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { helpQuery, useAskForCode, useFinishReset } from "@/backend/queries/accounts";
import { useWorkspaceStatus } from "@/backend/queries/session";
import { FormActions, FormFields, FormProblem, TextLink, toast, useBackendForm } from "@/design";
import { CodeInput } from "./CodeInput";
import { NewPassword } from "./NewPassword";
import { passwordFits } from "./passwordRules";
import classes from "./SignInPage.module.css";

/** Where one is: asking for a code, or with one at hand; `sent` says where mail went. */
type Step = { at: "ask" } | { at: "code"; email: string; sent: boolean };

export function ForgottenPage() {
  const { t } = useTranslation("accounts");
  const status = useWorkspaceStatus();
  const help = useQuery(helpQuery);
  const [chosen, choose] = useState<Step | null>(null);
  const mail = help.data?.mail ?? false;
  const step: Step = chosen ?? (mail ? { at: "ask" } : { at: "code", email: "", sent: false });
  return (
    <div className={classes.column}>
      <h1 className={classes.title}>{t("forgotten.title")}</h1>
      <p className={classes.institution}>{status?.institution}</p>
      {help.data && !help.data.codes && <p className={classes.lead}>{t("forgotten.elsewhere")}</p>}
      {!help.isPending && help.data?.codes !== false && (
        <>
          {step.at === "ask" ? (
            <Ask onAsked={(email) => choose({ at: "code", email, sent: true })} />
          ) : (
            <SetByCode key={step.email} email={step.email} sent={step.sent} />
          )}
          {mail && (
            <Button
              variant="subtle"
              fullWidth
              mt="xs"
              onClick={() =>
                choose(step.at === "ask" ? { at: "code", email: "", sent: false } : { at: "ask" })
              }
            >
              {step.at === "ask" ? t("forgotten.have") : t("forgotten.again")}
            </Button>
          )}
        </>
      )}
      <p className={classes.hint}>
        <TextLink to="/sign-in">{t("forgotten.back")}</TextLink>
      </p>
    </div>
  );
}

function Ask({ onAsked }: { onAsked: (email: string) => void }) {
  const { t } = useTranslation("accounts");
  const ask = useAskForCode();
  const { form, formProps, pending, problem } = useBackendForm({
    initialValues: { email: "" },
    validate: { email: (v) => (v.trim() ? null : t("needed.email")) },
    submit: (v) => ask.mutateAsync({ email: v.email, purpose: "reset" }),
    onDone: () => onAsked(form.values.email.trim()),
  });
  return (
    <form {...formProps}>
      <p className={classes.lead}>{t("forgotten.askMail")}</p>
      <FormFields>
        <TextInput
          label={t("field.email")}
          type="email"
          autoComplete="username"
          autoFocus
          {...form.getInputProps("email")}
        />
      </FormFields>
      <FormProblem problem={problem} saves={false} />
      <FormActions verb={t("forgotten.send")} pending={pending} wide />
    </form>
  );
}

function SetByCode({ email, sent }: { email: string; sent: boolean }) {
  const { t } = useTranslation("accounts");
  const navigate = useNavigate();
  const finish = useFinishReset();
  const { form, formProps, pending, problem } = useBackendForm({
    initialValues: { email, code: "", password: "" },
    validate: {
      email: (v) => (v.trim() ? null : t("needed.email")),
      code: (v) => (v.trim() ? null : t("needed.code")),
      password: (v) => (passwordFits(v) ? null : t("needed.password")),
    },
    submit: (values) => finish.mutateAsync(values),
    onDone: () => {
      toast.done((t) => t("accounts:forgotten.done"));
      void navigate({ to: "/sign-in" });
    },
  });
  return (
    <form {...formProps}>
      <p className={classes.lead} role="status">
        {sent ? t("forgotten.sent", { email }) : t("forgotten.ask")}
      </p>
      <FormFields>
        <TextInput
          label={t("field.email")}
          type="email"
          autoComplete="username"
          autoFocus={!email}
          {...form.getInputProps("email")}
        />
        <CodeInput autoFocus={!!email} {...form.getInputProps("code")} />
        <NewPassword
          label={t("field.newPassword")}
          about={[form.values.email]}
          {...form.getInputProps("password")}
        />
      </FormFields>
      <FormProblem problem={problem} saves={false} />
      <FormActions verb={t("forgotten.verb")} pending={pending} wide />
    </form>
  );
}
