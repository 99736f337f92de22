/** Mail: by which server it goes out, a letter to try it, and the letters of this desktop. */
import { Select, Switch, Textarea, TextInput } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { mailSettingsQuery, useTestMail, useUpdateMailSettings } from "@/backend/queries/mail";
import { useSession } from "@/backend/queries/session";
import type { MailSecurity } from "@/bindings/MailSecurity";
import type { MailSettings } from "@/bindings/MailSettings";
import {
  ErrorState,
  FormActions,
  FormFields,
  FormProblem,
  Page,
  PageHeader,
  PageSkeleton,
  PasswordField,
  Section,
  ToneDot,
  toast,
  useBackendForm,
  useRevised,
} from "@/design";
import { Letters } from "./Letters";
import classes from "./system.module.css";

const SECURITIES: readonly MailSecurity[] = ["tls", "starttls", "none"];
/** The port each way of protection usually has. */
const USUAL: Record<MailSecurity, string> = { tls: "465", starttls: "587", none: "25" };

export function MailPage() {
  const { t } = useTranslation("system");
  const settings = useQuery(mailSettingsQuery);
  if (settings.isPending) return <PageSkeleton />;
  if (settings.isError) {
    return (
      <ErrorState
        page
        title={t("mail.failed")}
        error={settings.error}
        onRetry={() => void settings.refetch()}
      />
    );
  }
  return (
    <Page width="narrow">
      <PageHeader title={t("nav.mail")} subtitle={t("mail.lead")} />
      <Ready settings={settings.data} />
      <Server settings={settings.data} />
      {settings.data.ready && <Try />}
      <Letters />
    </Page>
  );
}

function Ready({ settings }: { settings: MailSettings }) {
  const { t } = useTranslation("system");
  const state = settings.ready ? "ready" : settings.server ? "passwordMissing" : "off";
  return (
    <p>
      <ToneDot tone={{ ready: "green", passwordMissing: "amber", off: "grey" }[state] as "green"}>
        {t(`mail.state.${state}`)}
      </ToneDot>
    </p>
  );
}

const toForm = ({ server }: MailSettings) => ({
  on: server !== null,
  host: server?.host ?? "",
  port: String(server?.port ?? USUAL.tls),
  security: server?.security ?? ("tls" as MailSecurity),
  from: server?.from ?? "",
  login: server?.login ?? "",
  password: "",
  certificate: server?.certificate ?? "",
});

function Server({ settings }: { settings: MailSettings }) {
  const { t } = useTranslation("system");
  const client = useQueryClient();
  const update = useUpdateMailSettings();
  const { form, formProps, pending, problem } = useBackendForm({
    initialValues: toForm(settings),
    validate: {
      host: (v, all) => (!all.on || v.trim() ? null : t("mail.hostNeeded")),
      port: (v, all) => (!all.on || /^\d{1,5}$/.test(v.trim()) ? null : t("mail.portNeeded")),
      from: (v, all) => (!all.on || v.trim() ? null : t("mail.fromNeeded")),
    },
    submit: (v): Promise<MailSettings> =>
      revised.send(
        ({ rev }) =>
          update.mutateAsync({
            rev,
            server: v.on
              ? {
                  host: v.host,
                  port: Number(v.port.trim()),
                  security: v.security,
                  from: v.from,
                  login: v.login.trim() || null,
                  certificate: v.certificate.trim() || null,
                }
              : null,
            password: v.password || null,
          }),
        () => client.fetchQuery({ ...mailSettingsQuery, staleTime: 0 }),
      ),
    onDone: () => {
      form.setFieldValue("password", "");
      toast.done((t) => t("system:mail.done"));
    },
  });
  const revised = useRevised(form, settings, toForm);
  const protect = (next: string | null) => {
    const security = SECURITIES.find((each) => each === next);
    if (!security) return;
    // a port nobody chose follows
    if (form.values.port === USUAL[form.values.security]) form.setFieldValue("port", USUAL[security]);
    form.setFieldValue("security", security);
  };
  return (
    <form {...formProps}>
      <Section title={t("mail.server")}>
        <FormFields>
          <Switch label={t("mail.on")} {...form.getInputProps("on", { type: "checkbox" })} />
          {form.values.on && (
            <>
              <FormFields columns={2}>
                <TextInput
                  label={t("mail.host")}
                  placeholder="smtp.example.org"
                  {...form.getInputProps("host")}
                />
                <TextInput label={t("mail.port")} inputMode="numeric" {...form.getInputProps("port")} />
                <Select
                  label={t("mail.security")}
                  data={SECURITIES.map((value) => ({ value, label: t(`mail.securities.${value}`) }))}
                  allowDeselect={false}
                  {...form.getInputProps("security")}
                  onChange={protect}
                />
                <TextInput
                  label={t("mail.from")}
                  description={t("mail.fromHint")}
                  type="email"
                  {...form.getInputProps("from")}
                />
                <TextInput
                  label={t("mail.login")}
                  description={t("mail.loginHint")}
                  autoComplete="off"
                  {...form.getInputProps("login")}
                />
                {form.values.login.trim() !== "" && (
                  <PasswordField
                    label={t("mail.password")}
                    description={settings.hasPassword ? t("mail.passwordKept") : t("mail.passwordHint")}
                    autoComplete="new-password"
                    {...form.getInputProps("password")}
                  />
                )}
              </FormFields>
              {form.values.security !== "none" && (
                <Textarea
                  label={t("mail.certificate")}
                  description={t("mail.certificateHint")}
                  classNames={{ input: classes.path }}
                  autosize
                  minRows={2}
                  maxRows={6}
                  spellCheck={false}
                  {...form.getInputProps("certificate")}
                />
              )}
            </>
          )}
        </FormFields>
      </Section>
      <FormProblem problem={problem} />
      <FormActions verb={t("mail.verb")} pending={pending} />
    </form>
  );
}

function Try() {
  const { t } = useTranslation("system");
  const session = useSession();
  const send = useTestMail();
  const { form, formProps, pending, problem } = useBackendForm({
    initialValues: { to: session?.email ?? "" },
    validate: { to: (v) => (v.trim() ? null : t("mail.toNeeded")) },
    submit: (v) => send.mutateAsync(v.to),
    onDone: () => toast.done((t) => t("system:mail.tried", { to: form.values.to.trim() })),
  });
  return (
    <Section title={t("mail.try")}>
      <form {...formProps}>
        <FormFields>
          <TextInput
            label={t("mail.to")}
            className={classes.short}
            type="email"
            {...form.getInputProps("to")}
          />
        </FormFields>
        <FormProblem problem={problem} saves={false} />
        <FormActions verb={t("mail.tryVerb")} pending={pending} />
      </form>
    </Section>
  );
}
