/** First run from a workspace exported on another computer: the file, its passphrase, and what was found. */
import { Button } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useBackendEvent } from "@/backend/events";
import { useOpenExport } from "@/backend/queries/desktops";
import { cancelTask } from "@/backend/queries/operations";
import { useWorkspaceStatus } from "@/backend/queries/session";
import type { OpenedExport } from "@/bindings/OpenedExport";
import type { ProgressDto } from "@/bindings/ProgressDto";
import {
  FormActions,
  FormFields,
  FormProblem,
  PasswordField,
  ProgressPanel,
  toast,
  useBackendForm,
  When,
} from "@/design";
import { Back } from "@/features/accounts/Back";
import entry from "@/features/accounts/WelcomePage.module.css";
import classes from "./desktops.module.css";
import { DevicePassphrase } from "./JoinInstitution";
import { SealedPath } from "./SealedPath";

const TASK = "open-export";

export function OpenExport({ onBack }: { onBack: () => void }) {
  const { t } = useTranslation("desktops");
  const { t: ta } = useTranslation("accounts");
  const keyring = useWorkspaceStatus()?.keyring ?? true;
  const { opening, enter } = useOpenExport();
  const [progress, setProgress] = useState<ProgressDto | null>(null);
  useBackendEvent("progress", (p) => {
    if (p.task === TASK) setProgress(p);
  });
  const { form, formProps, pending, problem } = useBackendForm({
    initialValues: { path: "", passphrase: "", devicePassphrase: "", devicePassphraseAgain: "" },
    validate: {
      path: (v) => (v.trim() ? null : t("path.needed")),
      passphrase: (v) => (v ? null : t("openExport.passphraseNeeded")),
      devicePassphrase: (v) => (keyring || [...v].length >= 8 ? null : ta("needed.passphrase")),
      devicePassphraseAgain: (v, all) => (keyring || v === all.devicePassphrase ? null : ta("needed.same")),
    },
    submit: (v) => {
      setProgress(null);
      return opening.mutateAsync({
        path: v.path.trim(),
        passphrase: v.passphrase,
        devicePassphrase: keyring ? null : v.devicePassphrase,
      });
    },
  });
  if (opening.data) return <Opened opened={opening.data} onGo={() => void enter()} />;
  return (
    <>
      <Back onBack={onBack} disabled={pending} />
      <h1 className={entry.title}>{t("openExport.heading")}</h1>
      <p className={entry.lead}>{t("openExport.lead")}</p>
      {pending && (
        <ProgressPanel
          title={t("openExport.working")}
          done={progress?.done ?? 0}
          total={progress?.total || null}
          unit="bytes"
          onCancel={() => cancelTask(TASK).catch(toast.problem)}
        />
      )}
      <form {...formProps} className={entry.form} hidden={pending}>
        <FormFields>
          <SealedPath kind="workspace" label={t("openExport.path")} {...form.getInputProps("path")} />
          <PasswordField
            label={t("openExport.passphrase")}
            description={t("openExport.passphraseHint")}
            autoComplete="off"
            {...form.getInputProps("passphrase")}
          />
          {!keyring && (
            <DevicePassphrase form={form} first="devicePassphrase" again="devicePassphraseAgain" />
          )}
        </FormFields>
        <FormProblem problem={problem} saves={false} />
        <FormActions verb={t("openExport.verb")} pending={pending} />
      </form>
    </>
  );
}

function Opened({ opened, onGo }: { opened: OpenedExport; onGo: () => void }) {
  const { t, i18n } = useTranslation("desktops");
  const shown = (n: number) => n.toLocaleString(i18n.language);
  return (
    <>
      <h1 className={entry.title}>{t("openExport.done", { institution: opened.status.institution })}</h1>
      <p className={entry.lead}>
        {t("openExport.from", { name: opened.movedFrom })} <When at={opened.exportedAt} format="exact" />.{" "}
        {t("openExport.device", { name: opened.device })}
      </p>
      <p className={classes.note} role="status">
        {opened.findings === 0
          ? t("openExport.agrees", { count: opened.ledgerRows, shown: shown(opened.ledgerRows) })
          : t("openExport.findings", { count: opened.findings, shown: shown(opened.findings) })}
      </p>
      <Button onClick={onGo} autoFocus>
        {t("openExport.go")}
      </Button>
    </>
  );
}
