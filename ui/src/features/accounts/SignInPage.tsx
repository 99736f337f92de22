/** Signing in (with a second factor where there is one), unlocking the window, and, where there is no keyring, opening the workspace. */
import { Button, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { BackendError } from "@/backend/error";
import { helpQuery, useEnter } from "@/backend/queries/accounts";
import { useLeaveSession, useWorkspaceStatus } from "@/backend/queries/session";
import type { WorkspaceStatus } from "@/bindings/WorkspaceStatus";
import { Initials } from "@/design/Initials";
import { TextLink } from "@/design/links";
import { PasswordField } from "@/design/PasswordField";
import { FormFields, FormProblem, useBackendForm } from "@/design/useBackendForm";
import classes from "./SignInPage.module.css";

export function SignInPage() {
  const status = useWorkspaceStatus();
  if (!status) return null;
  switch (status.phase) {
    case "needs-passphrase":
      return <OpenWorkspace />;
    case "locked":
      return <UnlockWindow status={status} />;
    default:
      return <SignIn status={status} />;
  }
}

function SignIn({ status }: { status: WorkspaceStatus }) {
  const { t } = useTranslation("accounts");
  const { t: tf } = useTranslation("frame");
  const help = useQuery(helpQuery);
  const enter = useEnter("sign_in");
  const enterWithCode = useEnter("sign_in_with_code");
  /** The password was right and a second factor is asked for. */
  const [asked, setAsked] = useState(false);
  const { form, pending, problem, formProps } = useBackendForm({
    initialValues: { email: "", password: "", code: "" },
    validate: {
      email: (v) => (v.trim() ? null : t("needed.email")),
      password: (v) => (v ? null : t("needed.passwordTyped")),
      code: (v) => (!asked || v.trim() ? null : t("needed.code")),
    },
    submit: async ({ code, ...who }) => {
      try {
        await (asked ? enterWithCode.mutateAsync({ ...who, code }) : enter.mutateAsync(who));
      } catch (thrown) {
        const error = BackendError.from(thrown);
        if (error.code !== "second-factor") {
          // what is said about address or password stands where they are
          if (error.field) setAsked(false);
          throw error;
        }
        if (asked) throw error;
        setAsked(true);
      }
    },
  });
  const back = () => {
    form.setFieldValue("code", "");
    form.clearErrors();
    setAsked(false);
  };
  return (
    <div className={classes.column}>
      <h1 className={classes.title}>{asked ? t("signIn.codeTitle") : t("signIn.title")}</h1>
      <p className={classes.institution}>{status.institution}</p>
      <form {...formProps}>
        {asked ? (
          <TextInput
            key="code"
            label={t("field.code")}
            description={t("signIn.codeHint", { email: form.values.email.trim() })}
            autoComplete="one-time-code"
            autoCapitalize="characters"
            spellCheck={false}
            autoFocus
            {...form.getInputProps("code")}
          />
        ) : (
          <FormFields>
            <TextInput
              label={t("field.email")}
              type="email"
              autoComplete="username"
              autoFocus
              {...form.getInputProps("email")}
            />
            <PasswordField
              label={t("field.password")}
              autoComplete="current-password"
              {...form.getInputProps("password")}
            />
          </FormFields>
        )}
        <FormProblem problem={problem} saves={false} />
        <Button type="submit" fullWidth mt="lg" loading={pending}>
          {t("signIn.verb")}
        </Button>
        {asked && (
          <Button variant="subtle" fullWidth mt="xs" onClick={back} disabled={pending}>
            {t("signIn.codeBack")}
          </Button>
        )}
      </form>
      {!asked && status.sample && status.samplePassword && (
        <section className={classes.samples} aria-label={t("signIn.samples")}>
          <h2>{t("signIn.samples")}</h2>
          <ul>
            {status.sampleAccounts.map((account) => (
              <li key={account.email}>
                <button
                  type="button"
                  onClick={() =>
                    form.setValues({ email: account.email, password: status.samplePassword ?? "" })
                  }
                >
                  <span>{account.name}</span>
                  <span className={classes.role}>{tf(`role.${account.role}`)}</span>
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
      {asked && <p className={classes.hint}>{t("signIn.codeLost")}</p>}
      {!asked && (
        <p className={classes.hint}>
          <TextLink to="/forgotten">{t("signIn.forgotten")}</TextLink>
        </p>
      )}
      {!asked && help.data?.register && (
        <p className={classes.hint}>
          {t("signIn.new")} <TextLink to="/register">{t("signIn.register")}</TextLink>
          {" · "}
          <TextLink to="/confirm-address">{t("confirm.title")}</TextLink>
        </p>
      )}
    </div>
  );
}

function UnlockWindow({ status }: { status: WorkspaceStatus }) {
  const { t } = useTranslation("accounts");
  const router = useRouter();
  const enter = useEnter("unlock");
  const leave = useLeaveSession("sign_out");
  const { form, pending, problem, formProps } = useBackendForm({
    initialValues: { password: "" },
    validate: { password: (v) => (v ? null : t("needed.passwordTyped")) },
    submit: (values) => enter.mutateAsync(values),
  });
  const name = status.session?.name ?? "";
  return (
    <div className={classes.column}>
      <h1 className={classes.title}>{t("locked.title")}</h1>
      <div className={classes.who}>
        <Initials name={name} />
        <span>
          <strong>{name}</strong>
          <span className={classes.role}>{status.session?.email}</span>
        </span>
      </div>
      <form {...formProps}>
        <PasswordField
          label={t("field.password")}
          autoComplete="current-password"
          autoFocus
          {...form.getInputProps("password")}
        />
        <FormProblem problem={problem} saves={false} />
        <Button type="submit" fullWidth mt="lg" loading={pending}>
          {t("locked.verb")}
        </Button>
      </form>
      <Button
        variant="subtle"
        fullWidth
        mt="xs"
        loading={leave.isPending}
        onClick={() => leave.mutate(undefined, { onSuccess: () => router.invalidate() })}
      >
        {t("locked.other")}
      </Button>
    </div>
  );
}

function OpenWorkspace() {
  const { t } = useTranslation("accounts");
  const enter = useEnter("open_workspace");
  const { form, pending, problem, formProps } = useBackendForm({
    initialValues: { passphrase: "" },
    validate: { passphrase: (v) => (v ? null : t("needed.passphraseTyped")) },
    submit: (values) => enter.mutateAsync(values),
  });
  return (
    <div className={classes.column}>
      <h1 className={classes.title}>{t("open.title")}</h1>
      <p className={classes.institution}>{t("open.lead")}</p>
      <form {...formProps}>
        <PasswordField
          label={t("field.passphrase")}
          autoComplete="current-password"
          autoFocus
          {...form.getInputProps("passphrase")}
        />
        <FormProblem problem={problem} saves={false} />
        <Button type="submit" fullWidth mt="lg" loading={pending}>
          {t("open.verb")}
        </Button>
      </form>
    </div>
  );
}
