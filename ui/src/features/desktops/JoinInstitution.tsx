/** First run by an invitation: the file, its code, and the copy that is fetched then. */
import { TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useJoinInstitution } from "@/backend/queries/desktops";
import { useWorkspaceStatus } from "@/backend/queries/session";
import { FormActions, FormFields, FormProblem, PasswordField, useBackendForm } from "@/design";
import { Back } from "@/features/accounts/Back";
import entry from "@/features/accounts/WelcomePage.module.css";
import { Stages, useStages } from "@/features/server/connect/Stages";
import { SealedPath } from "./SealedPath";

const TASK = "join";

export function JoinInstitution({ onBack }: { onBack: () => void }) {
  const { t } = useTranslation("desktops");
  const { t: ta } = useTranslation("accounts");
  const keyring = useWorkspaceStatus()?.keyring ?? true;
  const join = useJoinInstitution();
  const { stages, restart } = useStages(TASK);
  const { form, formProps, pending, problem } = useBackendForm({
    initialValues: { path: "", code: "", passphrase: "", passphraseAgain: "" },
    validate: {
      path: (v) => (v.trim() ? null : t("path.needed")),
      code: (v) => (v.trim() ? null : t("join.codeNeeded")),
      passphrase: (v) => (keyring || [...v].length >= 8 ? null : ta("needed.passphrase")),
      passphraseAgain: (v, all) => (keyring || v === all.passphrase ? null : ta("needed.same")),
    },
    submit: (v) => {
      restart();
      return join.mutateAsync({
        path: v.path.trim(),
        code: v.code,
        passphrase: keyring ? null : v.passphrase,
      });
    },
  });
  return (
    <>
      <Back onBack={onBack} disabled={pending} />
      <h1 className={entry.title}>{t("join.heading")}</h1>
      <p className={entry.lead}>{t("join.lead")}</p>
      {pending && <Stages title={t("join.working")} task={TASK} stages={stages} />}
      <form {...formProps} className={entry.form} hidden={pending}>
        <FormFields>
          <SealedPath kind="invitation" label={t("join.path")} {...form.getInputProps("path")} />
          <TextInput
            label={t("join.code")}
            description={t("join.codeHint")}
            placeholder="XXXXX-XXXXX-XXXXX-XXXXX"
            autoComplete="off"
            spellCheck={false}
            {...form.getInputProps("code")}
          />
          {!keyring && <DevicePassphrase form={form} first="passphrase" again="passphraseAgain" />}
        </FormFields>
        <FormProblem problem={problem} saves={false} />
        <FormActions verb={t("join.verb")} pending={pending} />
      </form>
    </>
  );
}

interface PassphraseForm {
  getInputProps(path: string): object;
}

/** Where there is no keyring: what protects this desktop's keys. */
export function DevicePassphrase({
  form,
  first,
  again,
}: {
  form: PassphraseForm;
  first: string;
  again: string;
}) {
  const { t: ta } = useTranslation("accounts");
  return (
    <>
      <p className={entry.note}>{ta("welcome.create.keyNote")}</p>
      <FormFields columns={2}>
        <PasswordField
          label={ta("field.passphrase")}
          autoComplete="new-password"
          {...form.getInputProps(first)}
        />
        <PasswordField
          label={ta("field.passphraseAgain")}
          autoComplete="new-password"
          {...form.getInputProps(again)}
        />
      </FormFields>
    </>
  );
}
