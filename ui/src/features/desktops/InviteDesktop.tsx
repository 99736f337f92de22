/** Inviting a desktop; then its file and its code, which is shown this once. */
import { Button, CopyButton, NumberInput, Radio, Select, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useInviteDesktop } from "@/backend/queries/desktops";
import type { DeskScope } from "@/bindings/DeskScope";
import type { InvitationMade } from "@/bindings/InvitationMade";
import { FormActions, FormFields, FormProblem, PasswordField, useBackendForm, When } from "@/design";
import classes from "./desktops.module.css";

const KINDS = ["office", "finance", "instructor", "student"] as const satisfies DeskScope[];
const personal = (scope: DeskScope) => scope === "instructor" || scope === "student";

export function InviteDesktop({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation("desktops");
  const { t: ts } = useTranslation("server");
  const invite = useInviteDesktop();
  const [made, setMade] = useState<InvitationMade | null>(null);
  const { form, formProps, pending, problem } = useBackendForm({
    initialValues: {
      scope: "office" as DeskScope,
      person: "",
      days: 7 as number | string,
      how: "own",
      login: "",
      maker: "",
      password: "",
    },
    validate: {
      person: (v, all) => (personal(all.scope) && !v.trim() ? t("invite.personNeeded") : null),
      days: (v) => (Number(v) >= 1 && Number(v) <= 30 ? null : t("invite.daysNeeded")),
      login: (v, all) => (all.how === "given" && !v.trim() ? t("invite.uriNeeded") : null),
      maker: (v, all) => (all.how === "maker" && !v.trim() ? t("invite.uriNeeded") : null),
      password: (v) => (v ? null : t("passwordNeeded")),
    },
    submit: ({ how, ...v }) =>
      invite.mutateAsync({
        scope: v.scope,
        person: personal(v.scope) ? v.person.trim() : null,
        days: Number(v.days),
        login: how === "given" ? v.login.trim() : null,
        maker: how === "maker" ? v.maker.trim() : null,
        insecure: false,
        password: v.password,
      }),
    onDone: setMade,
  });
  if (made) return <Made made={made} onDone={onDone} />;
  const { scope, how } = form.values;
  return (
    <form {...formProps}>
      <p className={classes.note}>{t("invite.lead")}</p>
      <FormFields>
        <FormFields columns={2}>
          <Select
            label={t("invite.scope")}
            data={KINDS.map((value) => ({ value, label: ts(`scope.${value}`) }))}
            allowDeselect={false}
            data-autofocus
            {...form.getInputProps("scope")}
          />
          <NumberInput label={t("invite.days")} min={1} max={30} {...form.getInputProps("days")} />
        </FormFields>
        {personal(scope) && (
          <TextInput
            label={t("invite.person")}
            type="email"
            autoComplete="off"
            {...form.getInputProps("person")}
          />
        )}
        <Radio.Group label={t("invite.how")} {...form.getInputProps("how")}>
          <FormFields>
            <Radio value="own" mt="xs" label={t("invite.own")} description={t("invite.ownHint")} />
            <Radio value="maker" label={t("invite.maker")} description={t("invite.makerHint")} />
            <Radio
              value="given"
              label={t("invite.given")}
              description={t("invite.givenHint", { role: roleOf(scope) })}
            />
          </FormFields>
        </Radio.Group>
        {how === "maker" && (
          <PasswordField
            label={t("invite.makerUri")}
            placeholder="mongodb://…"
            autoComplete="off"
            {...form.getInputProps("maker")}
          />
        )}
        {how === "given" && (
          <PasswordField
            label={t("invite.loginUri")}
            placeholder="mongodb://…"
            autoComplete="off"
            {...form.getInputProps("login")}
          />
        )}
        <PasswordField
          label={t("password")}
          description={t("passwordHint")}
          autoComplete="current-password"
          {...form.getInputProps("password")}
        />
      </FormFields>
      <FormProblem problem={problem} />
      <FormActions verb={t("invite.verb")} pending={pending} cancel={t("cancel")} onCancel={onDone} />
    </form>
  );
}

const roleOf = (scope: DeskScope) => `matricula_${scope === "office" ? "admin" : scope}`;

function Made({ made, onDone }: { made: InvitationMade; onDone: () => void }) {
  const { t } = useTranslation("desktops");
  return (
    <section aria-label={t("invite.made", { name: made.device })}>
      <p>{t("invite.made", { name: made.device })}</p>
      <p className={classes.path}>{made.file.path}</p>
      <p>{t("invite.codeLead")}</p>
      <output className={classes.code} aria-label={t("invite.code")}>
        {made.code}
      </output>
      <p className={classes.note}>
        {t("invite.until")} <When at={made.expiresAt} format="exact" />.{" "}
        {t(made.limited ? "invite.limited" : "invite.unlimited")}
      </p>
      <div className={classes.verbs}>
        <CopyButton value={made.code}>
          {({ copied, copy }) => (
            <Button variant="default" onClick={copy}>
              {t(copied ? "invite.copied" : "invite.copy")}
            </Button>
          )}
        </CopyButton>
        <Button onClick={onDone}>{t("invite.close")}</Button>
      </div>
    </section>
  );
}
