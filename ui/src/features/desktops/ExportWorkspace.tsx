/** Sealing a copy of the workspace into a file, to be opened on another computer. */
import { Button } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useBackendEvent } from "@/backend/events";
import { useExportWorkspace } from "@/backend/queries/desktops";
import { cancelTask } from "@/backend/queries/operations";
import type { ProgressDto } from "@/bindings/ProgressDto";
import type { SavedFile } from "@/bindings/SavedFile";
import {
  FormActions,
  FormFields,
  FormProblem,
  PasswordField,
  ProgressPanel,
  toast,
  useBackendForm,
} from "@/design";
import classes from "./desktops.module.css";

const TASK = "export-workspace";
/** Fewest characters of a passphrase; whether it is hard enough to guess the program says. */
const PASSPHRASE_MIN = 10;

export function ExportWorkspace() {
  const { t } = useTranslation("desktops");
  const [open, setOpen] = useState(false);
  const [saved, setSaved] = useState<SavedFile | null>(null);
  const [progress, setProgress] = useState<ProgressDto | null>(null);
  useBackendEvent("progress", (p) => {
    if (p.task === TASK) setProgress(p);
  });
  const work = useExportWorkspace();
  const { form, formProps, pending, problem } = useBackendForm({
    initialValues: { passphrase: "", again: "", password: "" },
    validate: {
      passphrase: (v) => ([...v].length >= PASSPHRASE_MIN ? null : t("export.passphraseNeeded")),
      again: (v, all) => (v === all.passphrase ? null : t("export.againNeeded")),
      password: (v) => (v ? null : t("passwordNeeded")),
    },
    submit: ({ passphrase, password }) => {
      setProgress(null);
      return work.mutateAsync({ passphrase, password, task: TASK });
    },
    onDone: (file) => {
      form.reset();
      setOpen(false);
      setSaved(file);
    },
  });
  return (
    <>
      <p className={classes.note}>{t("export.lead")}</p>
      {saved && (
        <p className={classes.path} role="status">
          {t("export.done")} {saved.path}
        </p>
      )}
      {!open ? (
        <Button variant="default" onClick={() => setOpen(true)}>
          {t("export.open")}
        </Button>
      ) : (
        <form {...formProps}>
          <FormFields columns={2}>
            <PasswordField
              label={t("export.passphrase")}
              description={t("export.passphraseHint")}
              autoComplete="new-password"
              autoFocus
              {...form.getInputProps("passphrase")}
            />
            <PasswordField
              label={t("export.again")}
              description={t("export.againHint")}
              autoComplete="new-password"
              {...form.getInputProps("again")}
            />
            <PasswordField
              label={t("password")}
              description={t("passwordHint")}
              autoComplete="current-password"
              {...form.getInputProps("password")}
            />
          </FormFields>
          {pending && (
            <ProgressPanel
              title={t("export.working")}
              done={progress?.done ?? 0}
              total={progress?.total || null}
              unit="bytes"
              onCancel={() => cancelTask(TASK).catch(toast.problem)}
            />
          )}
          <FormProblem problem={problem} />
          <FormActions
            verb={t("export.verb")}
            pending={pending}
            cancel={t("cancel")}
            onCancel={() => setOpen(false)}
          />
        </form>
      )}
    </>
  );
}
