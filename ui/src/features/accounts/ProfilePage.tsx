/** One's own account: who one is, how one wants to be spoken to, password, second factor, where one is signed in. */
import { Button, Select, Switch, Textarea, TextInput } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import {
  profileQuery,
  sessionsQuery,
  useChangePassword,
  useEndSession,
  useSignOutEverywhere,
  useUpdateProfile,
} from "@/backend/queries/accounts";
import { useSavePersonalData } from "@/backend/queries/people";
import type { PersonDetail } from "@/bindings/PersonDetail";
import type { ProfileDto } from "@/bindings/ProfileDto";
import { useConfirm } from "@/design/ConfirmDialog";
import { DayInput, useDayProblem } from "@/design/DayInput";
import { ErrorState } from "@/design/ErrorState";
import { Page, Section } from "@/design/Page";
import { PageHeader } from "@/design/PageHeader";
import { PasswordField } from "@/design/PasswordField";
import { PageSkeleton } from "@/design/Skeletons";
import { toast } from "@/design/toast";
import { FormActions, FormFields, FormProblem, useBackendForm } from "@/design/useBackendForm";
import { useRevised } from "@/design/useRevised";
import { When } from "@/design/When";
import { LANGUAGES } from "@/i18n";
import { Address } from "./Address";
import { NewPassword } from "./NewPassword";
import classes from "./ProfilePage.module.css";
import { passwordFits } from "./passwordRules";
import { SecondFactor } from "./SecondFactor";
import { timezones } from "./zones";

export function ProfilePage() {
  const { t } = useTranslation("accounts");
  const { t: tf } = useTranslation("frame");
  const person = useQuery(profileQuery);
  if (person.isPending) return <PageSkeleton />;
  if (person.isError) {
    return <ErrorState title={t("profile.failed")} error={person.error} onRetry={() => person.refetch()} />;
  }
  return (
    <Page width="narrow">
      <PageHeader
        title={t("profile.title")}
        subtitle={`${person.data.email} · ${tf(`role.${person.data.role}`)}`}
      />
      <AboutMe person={person.data} />
      <Address person={person.data} />
      <Password about={[person.data.name, person.data.email]} />
      <SecondFactor />
      <Sessions />
      <PersonalData id={person.data.id} />
    </Page>
  );
}

const EMPTY_AS_NONE = (profile: Record<keyof ProfileDto, string | null>): ProfileDto =>
  Object.fromEntries(
    Object.entries(profile).map(([key, value]) => [key, value?.trim() ? value.trim() : null]),
  ) as unknown as ProfileDto;

const toForm = (person: PersonDetail) => ({
  name: person.name,
  profile: person.profile as Record<keyof ProfileDto, string | null>,
  preferences: person.preferences,
});

function AboutMe({ person }: { person: PersonDetail }) {
  const { t } = useTranslation("accounts");
  const client = useQueryClient();
  const update = useUpdateProfile();
  const noDay = useDayProblem();
  const { form, pending, problem, formProps } = useBackendForm({
    initialValues: toForm(person),
    validate: {
      name: (v) => (v.trim() ? null : t("needed.name")),
      profile: { dateOfBirth: noDay },
    },
    submit: (values): Promise<PersonDetail> =>
      revised.send(
        ({ rev }) =>
          update.mutateAsync({
            rev,
            name: values.name,
            profile: EMPTY_AS_NONE(values.profile),
            preferences: values.preferences,
          }),
        () => client.fetchQuery({ ...profileQuery, staleTime: 0 }),
      ),
    fields: {
      phone: "profile.phone",
      bio: "profile.bio",
      website: "profile.website",
      dateOfBirth: "profile.dateOfBirth",
      timezone: "preferences.timezone",
      language: "preferences.language",
    },
    onDone: () => toast.done((t) => t("accounts:profile.saved")),
  });
  const revised = useRevised(form, person, toForm);
  const text = (key: keyof ProfileDto) => {
    const props = form.getInputProps(`profile.${key}`);
    return { ...props, value: props.value ?? "" };
  };
  return (
    <Section title={t("profile.about")}>
      <form {...formProps}>
        <FormFields>
          <FormFields columns={2}>
            <TextInput label={t("field.name")} maxLength={100} {...form.getInputProps("name")} />
            <TextInput label={t("field.phone")} type="tel" {...text("phone")} />
            <DayInput label={t("field.dateOfBirth")} {...form.getInputProps("profile.dateOfBirth")} />
            <Select
              label={t("field.gender")}
              data={(["female", "male", "other", "prefer-not-to-say"] as const).map((value) => ({
                value,
                label: t(`gender.${value}`),
              }))}
              clearable
              {...form.getInputProps("profile.gender")}
            />
            <TextInput label={t("field.street")} {...text("street")} />
            <TextInput label={t("field.city")} {...text("city")} />
            <TextInput label={t("field.zipCode")} {...text("zipCode")} />
            <TextInput label={t("field.state")} {...text("state")} />
            <TextInput label={t("field.country")} {...text("country")} />
            <TextInput label={t("field.website")} type="url" {...text("website")} />
          </FormFields>
          <Textarea
            label={t("field.bio")}
            description={t("field.bioHint", { left: 500 - [...(form.values.profile.bio ?? "")].length })}
            autosize
            minRows={3}
            maxRows={8}
            {...text("bio")}
          />
          <FormFields columns={2}>
            <Select
              label={t("field.language")}
              data={Object.entries(LANGUAGES).map(([value, label]) => ({ value, label }))}
              allowDeselect={false}
              {...form.getInputProps("preferences.language")}
            />
            <Select
              label={t("field.timezone")}
              data={timezones()}
              searchable
              allowDeselect={false}
              {...form.getInputProps("preferences.timezone")}
            />
          </FormFields>
          <div className={classes.switches}>
            {(["emailNotifications", "smsNotifications", "marketingEmails"] as const).map((key) => (
              <Switch
                key={key}
                label={t(`preference.${key}`)}
                {...form.getInputProps(`preferences.${key}`, { type: "checkbox" })}
              />
            ))}
          </div>
        </FormFields>
        <FormProblem problem={problem} />
        <FormActions verb={t("profile.save")} pending={pending} />
      </form>
    </Section>
  );
}

function Password({ about }: { about: readonly string[] }) {
  const { t } = useTranslation("accounts");
  const change = useChangePassword();
  const { form, pending, problem, formProps } = useBackendForm({
    initialValues: { current: "", next: "" },
    validate: {
      current: (v) => (v ? null : t("needed.passwordTyped")),
      next: (v) => (passwordFits(v) ? null : t("needed.password")),
    },
    submit: (values) => change.mutateAsync(values),
    fields: { password: "next" },
    onDone: () => {
      form.reset();
      toast.done((t) => t("accounts:password.changed"));
    },
  });
  return (
    <Section title={t("password.title")}>
      <form {...formProps}>
        <FormFields columns={2}>
          <PasswordField
            label={t("field.currentPassword")}
            autoComplete="current-password"
            {...form.getInputProps("current")}
          />
          <NewPassword label={t("field.newPassword")} about={about} {...form.getInputProps("next")} />
        </FormFields>
        <FormProblem problem={problem} />
        <FormActions verb={t("password.verb")} pending={pending} />
      </form>
    </Section>
  );
}

function Sessions() {
  const { t } = useTranslation("accounts");
  const sessions = useQuery(sessionsQuery);
  const end = useEndSession();
  const everywhere = useSignOutEverywhere();
  const confirm = useConfirm();
  const leave = async () => {
    const question = {
      title: t("sessions.everywhereTitle"),
      body: t("sessions.everywhereBody"),
      verb: t("sessions.everywhere"),
    };
    if (await confirm(question)) everywhere.mutate(undefined, { onError: toast.problem });
  };
  return (
    <Section
      title={t("sessions.title")}
      actions={
        <Button size="xs" variant="default" onClick={() => void leave()} loading={everywhere.isPending}>
          {t("sessions.everywhere")}
        </Button>
      }
    >
      {sessions.isError && (
        <ErrorState title={t("sessions.failed")} error={sessions.error} onRetry={() => sessions.refetch()} />
      )}
      <ul className={classes.sessions}>
        {sessions.data?.map((row) => (
          <li key={row.id}>
            <span>
              <strong>{t("sessions.device", { device: row.device })}</strong>
              {row.current && <span className={classes.here}>{t("sessions.current")}</span>}
              <span className={classes.dim}>
                {t("sessions.since")} <When at={row.createdAt} /> · {t("sessions.used")}{" "}
                <When at={row.lastUsedAt} />
              </span>
            </span>
            {!row.current && (
              <Button
                size="xs"
                variant="subtle"
                loading={end.isPending && end.variables === row.id}
                onClick={() => end.mutate(row.id, { onError: toast.problem })}
              >
                {t("sessions.end")}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** Everything the institution keeps about oneself, to take along. */
function PersonalData({ id }: { id: string }) {
  const { t } = useTranslation("accounts");
  const save = useSavePersonalData();
  return (
    <Section title={t("data.title")}>
      <p>{t("data.lead")}</p>
      <Button
        variant="default"
        loading={save.isPending}
        onClick={() =>
          save.mutate(id, {
            onError: toast.problem,
            onSuccess: ({ json, pdf }) => {
              toast.saved(json.path);
              toast.saved(pdf.path);
            },
          })
        }
      >
        {t("data.verb")}
      </Button>
    </Section>
  );
}
