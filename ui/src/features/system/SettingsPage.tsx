/** The institution's settings, and which computer and file this is. */
import { NumberInput, Select, Switch, TextInput } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { settingsQuery, useUpdateSettings } from "@/backend/queries/system";
import type { Currency } from "@/bindings/Currency";
import type { SettingsDto } from "@/bindings/SettingsDto";
import {
  ErrorState,
  Facts,
  FormActions,
  FormFields,
  FormProblem,
  MoneyInput,
  Page,
  PageHeader,
  PageSkeleton,
  Section,
  type TypedMoney,
  toast,
  useBackendForm,
  useMoneyProblem,
  useRevised,
} from "@/design";
import { timezones } from "@/features/accounts/zones";
import { LANGUAGES } from "@/i18n";
import classes from "./system.module.css";

const CURRENCIES: readonly Currency[] = ["USD", "EUR", "GBP", "BDT"];
const LONGEST_IDLE = 1_440;

export function SettingsPage() {
  const { t } = useTranslation("system");
  const settings = useQuery(settingsQuery);
  if (settings.isPending) return <PageSkeleton />;
  if (settings.isError) {
    return (
      <ErrorState
        page
        title={t("settings.failed")}
        error={settings.error}
        onRetry={() => void settings.refetch()}
      />
    );
  }
  return (
    <Page width="narrow">
      <PageHeader title={t("nav.settings")} subtitle={t("settings.lead")} />
      <Form settings={settings.data} />
      <Section title={t("settings.here")}>
        <Facts
          items={[
            { label: t("settings.device"), value: settings.data.device },
            {
              label: t("settings.replica"),
              value: <span className={classes.path}>{settings.data.replicaPath}</span>,
            },
          ]}
        />
      </Section>
    </Page>
  );
}

const toForm = (settings: SettingsDto) => ({
  institution: settings.institution,
  timezone: settings.timezone,
  currency: settings.currency,
  refundThresholdMinor: settings.refundThresholdMinor as TypedMoney,
  idleMinutes: settings.idleMinutes as number | string,
  registration: settings.registration,
  language: settings.language,
  keepBcrypt: settings.keepBcrypt,
  requireSecondFactor: settings.requireSecondFactor,
});

function Form({ settings }: { settings: SettingsDto }) {
  const { t } = useTranslation("system");
  const client = useQueryClient();
  const update = useUpdateSettings();
  const unreadable = useMoneyProblem();
  const { form, formProps, pending, problem } = useBackendForm({
    initialValues: toForm(settings),
    validate: {
      institution: (v) => (v.trim() ? null : t("settings.institutionNeeded")),
      refundThresholdMinor: (v, all) =>
        v === null ? t("settings.thresholdNeeded") : unreadable(v, all.currency),
      idleMinutes: (v) =>
        typeof v === "number" && Number.isInteger(v) && v >= 0 && v <= LONGEST_IDLE
          ? null
          : t("settings.idleNeeded", { most: LONGEST_IDLE }),
    },
    submit: (values): Promise<SettingsDto> =>
      revised.send(
        (base) =>
          update.mutateAsync({
            ...base,
            ...values,
            institution: values.institution.trim(),
            refundThresholdMinor: Number(values.refundThresholdMinor),
            idleMinutes: Number(values.idleMinutes),
          }),
        () => client.fetchQuery({ ...settingsQuery, staleTime: 0 }),
      ),
    onDone: () => toast.done((t) => t("system:settings.done")),
  });
  const revised = useRevised(form, settings, toForm);
  return (
    <form {...formProps}>
      <Section title={t("settings.institutionTitle")}>
        <FormFields columns={2}>
          <TextInput
            label={t("settings.institution")}
            maxLength={200}
            {...form.getInputProps("institution")}
          />
          <Select
            label={t("settings.timezone")}
            description={t("settings.timezoneHint")}
            data={timezones()}
            searchable
            {...form.getInputProps("timezone")}
          />
          <Select
            label={t("settings.currency")}
            description={t("settings.currencyHint")}
            data={CURRENCIES.map((currency) => ({ value: currency, label: currency }))}
            {...form.getInputProps("currency")}
          />
          <Select
            label={t("settings.language")}
            description={t("settings.languageHint")}
            data={Object.entries(LANGUAGES).map(([value, label]) => ({ value, label }))}
            allowDeselect={false}
            {...form.getInputProps("language")}
          />
          <MoneyInput
            label={t("settings.threshold")}
            description={t("settings.thresholdHint")}
            currency={form.values.currency}
            {...form.getInputProps("refundThresholdMinor")}
            value={form.values.refundThresholdMinor}
          />
        </FormFields>
      </Section>
      <Section title={t("settings.security")}>
        <FormFields>
          <NumberInput
            label={t("settings.idle")}
            description={t("settings.idleHint")}
            className={classes.short}
            allowDecimal={false}
            allowNegative={false}
            {...form.getInputProps("idleMinutes")}
          />
          <Switch
            label={t("settings.registration")}
            description={t("settings.registrationHint")}
            {...form.getInputProps("registration", { type: "checkbox" })}
          />
          <Switch
            label={t("settings.requireFactor")}
            description={t("settings.requireFactorHint")}
            {...form.getInputProps("requireSecondFactor", { type: "checkbox" })}
          />
          <Switch
            label={t("settings.keepBcrypt")}
            description={t("settings.keepBcryptHint")}
            {...form.getInputProps("keepBcrypt", { type: "checkbox" })}
          />
        </FormFields>
      </Section>
      <FormProblem problem={problem} />
      <FormActions verb={t("settings.verb")} pending={pending} />
    </form>
  );
}
