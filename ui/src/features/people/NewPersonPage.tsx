/** A new account, made by an administrator. */
import { Button, Select, TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useChangePerson } from "@/backend/queries/people";
import type { Role } from "@/bindings/Role";
import {
  FormActions,
  FormFields,
  FormProblem,
  Page,
  PageHeader,
  Section,
  toast,
  useBackendForm,
  useDayProblem,
} from "@/design";
import { NewPassword } from "@/features/accounts/NewPassword";
import { passwordFits } from "@/features/accounts/passwordRules";
import { firstPassword } from "./firstPassword";
import { NO_PROFILE, PROFILE_PATHS, ProfileFields, tidied } from "./ProfileFields";

export function NewPersonPage() {
  const { t } = useTranslation("people");
  const { t: tf } = useTranslation("frame");
  const navigate = useNavigate();
  const noDay = useDayProblem();
  const create = useChangePerson("person_create");
  const { form, formProps, pending, problem } = useBackendForm({
    initialValues: {
      name: "",
      email: "",
      role: "student" as Role,
      password: "",
      profile: NO_PROFILE,
    },
    validate: {
      name: (v) => (v.trim() ? null : t("needed.name")),
      email: (v) => (v.trim() ? null : t("needed.email")),
      password: (v) => (v === "" || passwordFits(v) ? null : t("needed.password")),
      profile: { dateOfBirth: noDay },
    },
    submit: (v) => create.mutateAsync({ ...v, password: v.password || null, profile: tidied(v.profile) }),
    fields: PROFILE_PATHS,
    draft: "new person",
    secrets: ["password"],
    onDone: (person) => {
      toast.done((t) => t("people:new.done", { name: person.name }));
      void navigate({ to: "/people", search: { open: person.id } as never });
    },
  });
  return (
    <Page width="narrow">
      <PageHeader title={t("new.title")} />
      <form {...formProps}>
        <Section title={t("new.account")}>
          <FormFields columns={2}>
            <TextInput
              label={t("list.name")}
              withAsterisk
              autoFocus
              maxLength={100}
              {...form.getInputProps("name")}
            />
            <TextInput label={t("list.email")} withAsterisk type="email" {...form.getInputProps("email")} />
            <Select
              label={t("list.role")}
              data={(["student", "instructor", "finance", "admin"] as const).map((role) => ({
                value: role,
                label: tf(`role.${role}`),
              }))}
              allowDeselect={false}
              {...form.getInputProps("role")}
            />
            <div>
              <NewPassword
                label={t("new.password")}
                about={[form.values.name, form.values.email]}
                {...form.getInputProps("password")}
              />
              <Button
                mt="sm"
                size="xs"
                variant="default"
                onClick={() => form.setFieldValue("password", firstPassword())}
              >
                {t("new.suggest")}
              </Button>
            </div>
          </FormFields>
        </Section>
        <Section title={t("new.about")}>
          <ProfileFields form={form} />
        </Section>
        <FormProblem problem={problem} />
        <FormActions
          verb={t("new.verb")}
          pending={pending}
          cancel={t("new.cancel")}
          onCancel={() => void navigate({ to: "/people" })}
        />
      </form>
    </Page>
  );
}
