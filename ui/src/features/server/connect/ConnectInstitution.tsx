/**
 * First run with a server: the address, what was found there, and joining it. Both forms live here, so that
 * going back and forth and every refusal leave what was typed where it was.
 */
import { Button, Checkbox, Radio, Select, TextInput } from "@mantine/core";
import { IconChevronLeft } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useConnectInstitution, useProbe } from "@/backend/queries/server";
import { useWorkspaceStatus } from "@/backend/queries/session";
import type { Currency } from "@/bindings/Currency";
import type { ServerAddress } from "@/bindings/ServerAddress";
import type { ServerProbe } from "@/bindings/ServerProbe";
import { FormActions, FormFields, FormProblem, PasswordField, useBackendForm } from "@/design";
import { NewPassword } from "@/features/accounts/NewPassword";
import { passwordFits } from "@/features/accounts/passwordRules";
import entry from "@/features/accounts/WelcomePage.module.css";
import { timezones } from "@/features/accounts/zones";
import { Offending } from "../Offending";
import { AddressFields } from "./AddressFields";
import classes from "./connect.module.css";
import { isPersonal, type JoinValues, joinArgs, joinKind, makes, namesAdmin, scopesOf } from "./join";
import { Probed } from "./Probed";
import { Stages, useStages } from "./Stages";
import { useAddressForm } from "./useAddressForm";

const TASK = "connect";

interface Found {
  address: ServerAddress;
  probe: ServerProbe;
}

export function ConnectInstitution({ onBack }: { onBack: () => void }) {
  const { t } = useTranslation("server");
  const { t: ta } = useTranslation("accounts");
  const keyring = useWorkspaceStatus()?.keyring ?? true;
  const [found, setFound] = useState<Found | null>(null);
  const { stages, restart } = useStages(TASK);
  const probe = useProbe();
  const connect = useConnectInstitution();

  const address = useAddressForm({
    submit: (values) => probe.mutateAsync(values),
    onDone: (answer, values) => {
      setFound({ address: values, probe: answer });
      if (!scopesOf(answer).includes(join.form.values.scope)) join.form.setFieldValue("scope", answer.scope);
    },
  });
  const names = found !== null && found.probe.institution === null;
  const asks = (values: JoinValues) => found !== null && namesAdmin(values, found.probe);
  const needed = (when: boolean, empty: string, key: "institution" | "name" | "email" | "password") =>
    when && !empty.trim() ? ta(`needed.${key}`) : null;
  const join = useBackendForm<JoinValues, unknown>({
    initialValues: {
      scope: "office",
      person: "",
      acceptOffending: false,
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
      acceptOffending: (v) => (v || !found?.probe.offendingTotal ? null : t("connect.acceptNeeded")),
      person: (v, all) => (isPersonal(all.scope) && !v.trim() ? t("needed.person") : null),
      institution: (v) => needed(names, v, "institution"),
      adminName: (v, all) => needed(asks(all), v, "name"),
      adminEmail: (v, all) => needed(asks(all), v, "email"),
      password: (v, all) => (asks(all) && !passwordFits(v) ? ta("needed.password") : null),
      passphrase: (v) => (keyring || [...v].length >= 8 ? null : ta("needed.passphrase")),
      passphraseAgain: (v, all) => (keyring || v === all.passphrase ? null : ta("needed.same")),
    },
    submit: async (values) => {
      if (!found) return;
      restart();
      await connect.mutateAsync(joinArgs(values, found.address, found.probe, keyring));
    },
  });

  if (found && join.pending) {
    return (
      <>
        <h1 className={entry.title}>{t("connect.working")}</h1>
        <p className={entry.lead}>{t("connect.workingLead")}</p>
        <Stages title={found.probe.address} task={TASK} stages={stages} />
      </>
    );
  }
  return (
    <>
      <Button
        variant="subtle"
        size="xs"
        className={entry.back}
        leftSection={<IconChevronLeft size={14} />}
        onClick={found ? () => setFound(null) : onBack}
        disabled={address.pending}
      >
        {found ? t("connect.otherAddress") : ta("welcome.back")}
      </Button>
      <h1 className={entry.title}>{t("connect.title")}</h1>
      {found ? (
        <Join found={found} join={join} keyring={keyring} />
      ) : (
        <form {...address.formProps} className={entry.form}>
          <p className={entry.lead}>{t("connect.lead")}</p>
          <AddressFields form={address.form} />
          <FormProblem problem={address.problem} saves={false} />
          <FormActions verb={t("connect.try")} pending={address.pending} />
        </form>
      )}
    </>
  );
}

function Join({
  found: { probe },
  join: { form, formProps, problem, pending },
  keyring,
}: {
  found: Found;
  join: ReturnType<typeof useBackendForm<JoinValues, unknown>>;
  keyring: boolean;
}) {
  const { t } = useTranslation("server");
  const { t: ta } = useTranslation("accounts");
  const kind = joinKind(probe);
  const scopes = scopesOf(probe);
  const scope = form.values.scope;
  const named = makes(probe) && probe.institution === null;
  return (
    <form {...formProps} className={entry.form}>
      <div className={classes.trial}>
        <Probed probe={probe} />
      </div>
      {kind !== "newer" && (
        <>
          {probe.pendingMigrations > 0 && (
            <fieldset>
              <legend>{t("connect.prepare")}</legend>
              <p className={classes.note}>
                {t(`connect.prepareNote.${kind}`, { count: probe.pendingMigrations })}
              </p>
              {probe.offendingTotal > 0 && (
                <>
                  <Offending rows={probe.offending} total={probe.offendingTotal} />
                  <Checkbox
                    mt="md"
                    label={t("connect.accept", { count: probe.offendingTotal })}
                    description={t("connect.acceptHint")}
                    {...form.getInputProps("acceptOffending", { type: "checkbox" })}
                  />
                </>
              )}
            </fieldset>
          )}
          {named && (
            <fieldset>
              <legend>{ta("welcome.create.institution")}</legend>
              <FormFields>
                <TextInput
                  label={ta("field.institution")}
                  placeholder={ta("placeholder.institution")}
                  maxLength={120}
                  {...form.getInputProps("institution")}
                />
                <FormFields columns={2}>
                  <Select
                    label={ta("field.timezone")}
                    description={ta("field.timezoneHint")}
                    data={timezones()}
                    searchable
                    {...form.getInputProps("timezone")}
                  />
                  <Select
                    label={ta("field.currency")}
                    description={ta("field.currencyHint")}
                    data={["USD", "EUR", "GBP", "BDT"]}
                    {...form.getInputProps("currency")}
                  />
                </FormFields>
              </FormFields>
            </fieldset>
          )}
          {makes(probe) && (
            <fieldset>
              <legend>{probe.admins > 0 ? t("connect.another") : ta("welcome.create.admin")}</legend>
              {probe.admins > 0 && (
                <p className={classes.note}>{t("connect.adminsToo", { count: probe.admins })}</p>
              )}
              <FormFields>
                <FormFields columns={2}>
                  <TextInput
                    label={ta("field.name")}
                    autoComplete="name"
                    maxLength={100}
                    {...form.getInputProps("adminName")}
                  />
                  <TextInput
                    label={ta("field.email")}
                    type="email"
                    autoComplete="username"
                    {...form.getInputProps("adminEmail")}
                  />
                </FormFields>
                <NewPassword
                  label={ta("field.password")}
                  about={[form.values.adminName, form.values.adminEmail, form.values.institution]}
                  {...form.getInputProps("password")}
                />
              </FormFields>
            </fieldset>
          )}
          <fieldset>
            <legend>{t("scope.title")}</legend>
            {scopes.length > 1 ? (
              <Radio.Group aria-label={t("scope.title")} {...form.getInputProps("scope")}>
                <div className={classes.scopes}>
                  {scopes.map((one) => (
                    <Radio
                      key={one}
                      value={one}
                      label={t(`scope.${one}`)}
                      description={t(`scope.${one}Hint`)}
                    />
                  ))}
                </div>
              </Radio.Group>
            ) : (
              <p className={classes.note}>{t("scope.only", { scope: t(`scope.${probe.scope}`) })}</p>
            )}
            {isPersonal(scope) && (
              <TextInput
                mt="md"
                label={t("scope.person")}
                description={t("scope.personHint")}
                type="email"
                {...form.getInputProps("person")}
              />
            )}
          </fieldset>
          {!keyring && (
            <fieldset>
              <legend>{ta("welcome.create.key")}</legend>
              <p className={classes.note}>{ta("welcome.create.keyNote")}</p>
              <FormFields columns={2}>
                <PasswordField
                  label={ta("field.passphrase")}
                  autoComplete="new-password"
                  {...form.getInputProps("passphrase")}
                />
                <PasswordField
                  label={ta("field.passphraseAgain")}
                  autoComplete="new-password"
                  {...form.getInputProps("passphraseAgain")}
                />
              </FormFields>
            </fieldset>
          )}
          <FormProblem problem={problem} saves={false} />
          <FormActions
            verb={t(`connect.verb.${kind}`, { institution: probe.institution ?? t("connect.it") })}
            pending={pending}
          />
        </>
      )}
    </form>
  );
}
