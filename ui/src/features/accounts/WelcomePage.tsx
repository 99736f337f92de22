/** First run: an institution on this computer, the institution's server, or the sample to look around in. */
import { Button, Select, TextInput } from "@mantine/core";
import {
  IconBuildingBank,
  IconMail,
  IconNotebook,
  IconPackageImport,
  IconServer2,
} from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { useBackendEvent } from "@/backend/events";
import { useEnter } from "@/backend/queries/accounts";
import { useWorkspaceStatus } from "@/backend/queries/session";
import type { Currency } from "@/bindings/Currency";
import type { ProgressDto } from "@/bindings/ProgressDto";
import { ErrorState } from "@/design/ErrorState";
import { PasswordField } from "@/design/PasswordField";
import { ProgressPanel } from "@/design/ProgressPanel";
import { FormActions, FormFields, FormProblem, useBackendForm } from "@/design/useBackendForm";
import { JoinInstitution } from "@/features/desktops/JoinInstitution";
import { OpenExport } from "@/features/desktops/OpenExport";
import { ConnectInstitution } from "@/features/server/connect/ConnectInstitution";
import { Back } from "./Back";
import { NewPassword } from "./NewPassword";
import { passwordFits } from "./passwordRules";
import classes from "./WelcomePage.module.css";
import { timezones } from "./zones";

type Step = "create" | "connect" | "join" | "open" | "sample";

export function WelcomePage() {
  const [step, setStep] = useState<"choose" | Step>("choose");
  const back = () => setStep("choose");
  if (step === "create") return <CreateInstitution onBack={back} />;
  if (step === "connect") return <ConnectInstitution onBack={back} />;
  if (step === "join") return <JoinInstitution onBack={back} />;
  if (step === "open") return <OpenExport onBack={back} />;
  if (step === "sample") return <OpenSample onBack={back} />;
  return <Choose onChoose={setStep} />;
}

function Choose({ onChoose }: { onChoose: (step: Step) => void }) {
  const { t } = useTranslation("accounts");
  const shutOut = useWorkspaceStatus()?.shutOut;
  return (
    <>
      {shutOut && (
        <p className={classes.shutOut} role="alert">
          {t("welcome.shutOut", { institution: shutOut })}
        </p>
      )}
      <h1 className={classes.title}>{t("welcome.title")}</h1>
      <p className={classes.lead}>{t("welcome.lead")}</p>
      <div className={classes.choices}>
        <Choice
          icon={<IconBuildingBank size={20} stroke={1.5} />}
          title={t("welcome.create.title")}
          body={t("welcome.create.body")}
          onClick={() => onChoose("create")}
        />
        <Choice
          icon={<IconMail size={20} stroke={1.5} />}
          title={t("welcome.join.title")}
          body={t("welcome.join.body")}
          onClick={() => onChoose("join")}
        />
        <Choice
          icon={<IconServer2 size={20} stroke={1.5} />}
          title={t("welcome.connect.title")}
          body={t("welcome.connect.body")}
          onClick={() => onChoose("connect")}
        />
        <Choice
          icon={<IconPackageImport size={20} stroke={1.5} />}
          title={t("welcome.open.title")}
          body={t("welcome.open.body")}
          onClick={() => onChoose("open")}
        />
        <Choice
          icon={<IconNotebook size={20} stroke={1.5} />}
          title={t("welcome.sample.title")}
          body={t("welcome.sample.body")}
          onClick={() => onChoose("sample")}
        />
      </div>
      <p className={classes.privacy}>{t("welcome.privacy")}</p>
    </>
  );
}

function Choice({
  icon,
  title,
  body,
  onClick,
}: {
  icon: ReactNode;
  title: string;
  body: string;
  onClick: () => void;
}) {
  return (
    <button type="button" className={classes.choice} onClick={onClick}>
      <span className={classes.icon} aria-hidden="true">
        {icon}
      </span>
      <span>
        <strong>{title}</strong>
        <span className={classes.body}>{body}</span>
      </span>
    </button>
  );
}

function CreateInstitution({ onBack }: { onBack: () => void }) {
  const { t } = useTranslation("accounts");
  const keyring = useWorkspaceStatus()?.keyring ?? true;
  const enter = useEnter("create_institution");
  const { form, pending, problem, formProps } = useBackendForm({
    initialValues: {
      institution: "",
      timezone: Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC",
      currency: "USD" as Currency,
      adminName: "",
      adminEmail: "",
      password: "",
      passphrase: "",
      passphraseAgain: "",
    },
    validate: {
      institution: (v) => (v.trim() ? null : t("needed.institution")),
      adminName: (v) => (v.trim() ? null : t("needed.name")),
      adminEmail: (v) => (v.trim() ? null : t("needed.email")),
      password: (v) => (passwordFits(v) ? null : t("needed.password")),
      passphrase: (v) => (keyring || [...v].length >= 8 ? null : t("needed.passphrase")),
      passphraseAgain: (v, all) => (keyring || v === all.passphrase ? null : t("needed.same")),
    },
    submit: ({ passphraseAgain: _, passphrase, ...rest }) =>
      enter.mutateAsync({ ...rest, passphrase: keyring ? null : passphrase }),
  });
  return (
    <>
      <Back onBack={onBack} disabled={pending} />
      <h1 className={classes.title}>{t("welcome.create.heading")}</h1>
      <form {...formProps} className={classes.form}>
        <fieldset>
          <legend>{t("welcome.create.institution")}</legend>
          <FormFields>
            <TextInput
              label={t("field.institution")}
              placeholder={t("placeholder.institution")}
              maxLength={120}
              data-autofocus
              autoFocus
              {...form.getInputProps("institution")}
            />
            <FormFields columns={2}>
              <Select
                label={t("field.timezone")}
                description={t("field.timezoneHint")}
                data={timezones()}
                searchable
                allowDeselect={false}
                {...form.getInputProps("timezone")}
              />
              <Select
                label={t("field.currency")}
                description={t("field.currencyHint")}
                data={["USD", "EUR", "GBP", "BDT"]}
                allowDeselect={false}
                {...form.getInputProps("currency")}
              />
            </FormFields>
          </FormFields>
        </fieldset>
        <fieldset>
          <legend>{t("welcome.create.admin")}</legend>
          <FormFields>
            <FormFields columns={2}>
              <TextInput
                label={t("field.name")}
                autoComplete="name"
                maxLength={100}
                {...form.getInputProps("adminName")}
              />
              <TextInput
                label={t("field.email")}
                type="email"
                autoComplete="username"
                {...form.getInputProps("adminEmail")}
              />
            </FormFields>
            <NewPassword
              label={t("field.password")}
              about={[form.values.adminName, form.values.adminEmail, form.values.institution]}
              {...form.getInputProps("password")}
            />
          </FormFields>
        </fieldset>
        {!keyring && (
          <fieldset>
            <legend>{t("welcome.create.key")}</legend>
            <p className={classes.note}>{t("welcome.create.keyNote")}</p>
            <FormFields columns={2}>
              <PasswordField
                label={t("field.passphrase")}
                autoComplete="new-password"
                {...form.getInputProps("passphrase")}
              />
              <PasswordField
                label={t("field.passphraseAgain")}
                autoComplete="new-password"
                {...form.getInputProps("passphraseAgain")}
              />
            </FormFields>
          </fieldset>
        )}
        <FormProblem problem={problem} />
        <FormActions verb={t("welcome.create.verb")} pending={pending} />
      </form>
    </>
  );
}

function OpenSample({ onBack }: { onBack: () => void }) {
  const { t } = useTranslation("accounts");
  const keyring = useWorkspaceStatus()?.keyring ?? true;
  const enter = useEnter("open_sample");
  const [passphrase, setPassphrase] = useState("");
  const [progress, setProgress] = useState<ProgressDto | null>(null);
  useBackendEvent("progress", (p) => {
    if (p.task === "sample") setProgress(p);
  });
  const start = () => enter.mutate({ passphrase: keyring ? null : passphrase });
  const short = !keyring && [...passphrase].length < 8;
  return (
    <>
      <Back onBack={onBack} disabled={enter.isPending} />
      <h1 className={classes.title}>{t("welcome.sample.heading")}</h1>
      <p className={classes.lead}>{t("welcome.sample.lead")}</p>
      {enter.isPending ? (
        <ProgressPanel
          title={t("welcome.sample.working")}
          done={progress?.done ?? 0}
          total={progress?.total || null}
          note={progress?.total && progress.done >= progress.total ? t("welcome.sample.writing") : null}
        />
      ) : enter.isError ? (
        <ErrorState title={t("welcome.sample.failed")} error={enter.error} onRetry={start} />
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            start();
          }}
        >
          {!keyring && (
            <PasswordField
              label={t("field.passphrase")}
              description={t("welcome.create.keyNote")}
              autoComplete="new-password"
              value={passphrase}
              onChange={(event) => setPassphrase(event.currentTarget.value)}
              mb="md"
            />
          )}
          <Button type="submit" disabled={short} autoFocus>
            {t("welcome.sample.verb")}
          </Button>
        </form>
      )}
    </>
  );
}
