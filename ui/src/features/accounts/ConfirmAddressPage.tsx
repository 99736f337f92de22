/** Proving an address with the code that was sent there: the last step of registering. */
import { Button, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { helpQuery, useAskForCode, useVerifyAddress } from "@/backend/queries/accounts";
import { useWorkspaceStatus } from "@/backend/queries/session";
import { FormActions, FormFields, FormProblem, TextLink, toast, useBackendForm } from "@/design";
import { CodeInput } from "./CodeInput";
import classes from "./SignInPage.module.css";

const route = getRouteApi("/entry/confirm-address");

export function ConfirmAddressPage() {
  const { t } = useTranslation("accounts");
  const { email } = route.useSearch();
  const status = useWorkspaceStatus();
  const navigate = useNavigate();
  const help = useQuery(helpQuery);
  const ask = useAskForCode();
  const verify = useVerifyAddress();
  const { form, formProps, pending, problem } = useBackendForm({
    initialValues: { email: email ?? "", code: "" },
    validate: {
      email: (v) => (v.trim() ? null : t("needed.email")),
      code: (v) => (v.trim() ? null : t("needed.code")),
    },
    submit: (values) => verify.mutateAsync(values),
    onDone: () => {
      toast.done((t) => t("accounts:confirm.done"));
      void navigate({ to: "/sign-in" });
    },
  });
  return (
    <div className={classes.column}>
      <h1 className={classes.title}>{t("confirm.title")}</h1>
      <p className={classes.institution}>{status?.institution}</p>
      <form {...formProps}>
        <p className={classes.lead} role="status">
          {email && t("confirm.sent", { email })} {t("confirm.lead")}
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
        </FormFields>
        <FormProblem problem={problem} saves={false} />
        <FormActions verb={t("confirm.verb")} pending={pending} wide />
      </form>
      {help.data?.mail && form.values.email.trim() !== "" && (
        <Button
          variant="subtle"
          fullWidth
          mt="xs"
          loading={ask.isPending}
          onClick={() =>
            ask.mutate(
              { email: form.values.email, purpose: "verify" },
              { onError: toast.problem, onSuccess: () => toast.done((t) => t("accounts:confirm.againDone")) },
            )
          }
        >
          {t("confirm.again")}
        </Button>
      )}
      <p className={classes.hint}>
        <TextLink to="/sign-in">{t("forgotten.back")}</TextLink>
      </p>
    </div>
  );
}
