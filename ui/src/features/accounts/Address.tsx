/** Whether one's own address is confirmed, and the code that confirms it. */
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { helpQuery, useSendMyVerification, useVerifyAddress } from "@/backend/queries/accounts";
import type { PersonDetail } from "@/bindings/PersonDetail";
import { Section } from "@/design/Page";
import { toast } from "@/design/toast";
import { FormActions, FormFields, FormProblem, useBackendForm } from "@/design/useBackendForm";
import { CodeInput } from "./CodeInput";

export function Address({ person }: { person: PersonDetail }) {
  const { t } = useTranslation("accounts");
  const { email } = person;
  const help = useQuery(helpQuery);
  const send = useSendMyVerification();
  const [sent, setSent] = useState(false);
  if (person.emailVerified) {
    return (
      <Section title={t("verify.title")}>
        <p>{t("verify.confirmed", { email })}</p>
      </Section>
    );
  }
  if (!help.data?.mail) return null;
  return (
    <Section title={t("verify.title")}>
      <p>{t("verify.open", { email })}</p>
      <Button
        variant="default"
        loading={send.isPending}
        onClick={() =>
          send.mutate(undefined, {
            onError: toast.problem,
            onSuccess: () => {
              setSent(true);
              toast.done((t) => t("accounts:verify.sent", { email }));
            },
          })
        }
      >
        {sent ? t("confirm.again") : t("verify.send")}
      </Button>
      {sent && <Confirm email={email} />}
    </Section>
  );
}

function Confirm({ email }: { email: string }) {
  const { t } = useTranslation("accounts");
  const verify = useVerifyAddress();
  const { form, formProps, pending, problem } = useBackendForm({
    initialValues: { code: "" },
    validate: { code: (v) => (v.trim() ? null : t("needed.code")) },
    submit: ({ code }) => verify.mutateAsync({ email, code }),
    onDone: () => toast.done((t) => t("accounts:confirm.doneSelf")),
  });
  return (
    <form {...formProps}>
      <FormFields>
        <CodeInput autoFocus {...form.getInputProps("code")} />
      </FormFields>
      <FormProblem problem={problem} />
      <FormActions verb={t("confirm.verb")} pending={pending} />
    </form>
  );
}
