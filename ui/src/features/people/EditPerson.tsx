/**
 * Changing a person, inside the panel. Closing it with unsaved changes is asked about; when somebody else saved
 * the person meanwhile, what was typed stays and what only they changed is taken over.
 */
import { Checkbox, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useBlocker } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { BackendError } from "@/backend/error";
import { useHeld } from "@/backend/held";
import { personQuery, useChangePerson } from "@/backend/queries/people";
import type { PersonDetail } from "@/bindings/PersonDetail";
import type { ProfileDto } from "@/bindings/ProfileDto";
import {
  FormActions,
  FormFields,
  FormProblem,
  toast,
  useBackendForm,
  useConfirm,
  useDayProblem,
} from "@/design";
import { type Merged, mergeValues } from "@/design/mergeValues";
import { PROFILE_PATHS, ProfileFields, tidied } from "./ProfileFields";
import classes from "./people.module.css";
import { type PersonForm, toPersonForm } from "./personForm";

export function EditPerson({ person, onDone }: { person: PersonDetail; onDone: () => void }) {
  const { t } = useTranslation("people");
  const client = useQueryClient();
  const confirm = useConfirm();
  const update = useChangePerson("person_update");
  const noDay = useDayProblem();
  // what the form began with: what is saved later is compared with it
  const [base, setBase] = useHeld(`person ${person.id} as they were`, person);
  const [conflict, setConflict] = useState<Merged<PersonForm> | null>(null);
  const top = useRef<HTMLDivElement>(null);
  const clean = useRef(false);

  const send = async (values: PersonForm, from: PersonDetail): Promise<PersonDetail | null> => {
    try {
      const profile = tidied(values.profile);
      return await update.mutateAsync({ ...values, id: from.id, rev: from.rev, profile });
    } catch (thrown) {
      if (BackendError.from(thrown).code !== "stale") throw thrown;
      const theirs = await client.fetchQuery({ ...personQuery(from.id), staleTime: 0 });
      const merged = mergeValues(toPersonForm(from), values, toPersonForm(theirs));
      setBase(theirs);
      form.setInitialValues(toPersonForm(theirs));
      // they only signed in, or changed the same: nothing to look at
      if (merged.taken.length === 0 && merged.disputed.length === 0 && theirs.rev !== from.rev) {
        return send(values, theirs);
      }
      form.setValues(merged.values);
      setConflict(merged);
      requestAnimationFrame(() => top.current?.focus());
      return null;
    }
  };
  const { form, formProps, pending, problem } = useBackendForm<PersonForm, PersonDetail | null>({
    initialValues: toPersonForm(base),
    validate: {
      name: (v) => (v.trim() ? null : t("needed.name")),
      email: (v) => (v.trim() ? null : t("needed.email")),
      profile: { dateOfBirth: noDay },
    },
    submit: (values) => send(values, base),
    fields: PROFILE_PATHS,
    draft: `person ${person.id}`,
    onDone: (saved) => {
      if (!saved) return;
      clean.current = true;
      toast.done((t) => t("people:edit.done", { name: saved.name }));
      onDone();
    },
  });

  useBlocker({
    shouldBlockFn: async ({ current, next }) => {
      const stays = next.pathname === current.pathname && opened(next) === opened(current);
      // the window locks without asking; what was typed is held
      if (stays || clean.current || !form.isDirty() || next.routeId.startsWith("/entry")) return false;
      const leave = await confirm({
        title: t("edit.leaveTitle", { name: base.name }),
        body: t("edit.leaveBody"),
        verb: t("edit.leaveVerb"),
      });
      if (leave) clean.current = true;
      return !leave;
    },
    enableBeforeUnload: false,
  });

  const names = (paths: string[]) => paths.map((path) => t(LABELS[path as FieldPath])).join(", ");
  return (
    <form {...formProps}>
      <h2 className={classes.editTitle}>{t("edit.title", { name: base.name })}</h2>
      {conflict && (
        <div ref={top} tabIndex={-1} className={classes.conflict} role="alert">
          <h3>{t("conflict.title", { name: base.name })}</h3>
          {conflict.taken.length > 0 && <p>{t("conflict.taken", { fields: names(conflict.taken) })}</p>}
          {conflict.disputed.length > 0 && (
            <p>{t("conflict.disputed", { fields: names(conflict.disputed) })}</p>
          )}
          <p>{t("conflict.saveAgain")}</p>
        </div>
      )}
      <FormFields>
        <TextInput label={t("list.name")} autoFocus maxLength={100} {...form.getInputProps("name")} />
        <TextInput label={t("list.email")} type="email" {...form.getInputProps("email")} />
        <Checkbox
          label={t("field.emailVerified")}
          {...form.getInputProps("emailVerified", { type: "checkbox" })}
        />
        <ProfileFields form={form} />
      </FormFields>
      <FormProblem problem={problem} />
      <FormActions verb={t("edit.verb")} pending={pending} cancel={t("new.cancel")} onCancel={onDone} />
    </form>
  );
}

/** Whose panel an address opens. */
const opened = ({ search }: { search: unknown }) => (search as { open?: string }).open;

type FieldPath = "name" | "email" | "emailVerified" | `profile.${keyof ProfileDto}`;

const LABELS = {
  name: "list.name",
  email: "list.email",
  emailVerified: "field.emailVerified",
  "profile.phone": "field.phone",
  "profile.dateOfBirth": "field.dateOfBirth",
  "profile.gender": "field.gender",
  "profile.street": "field.street",
  "profile.city": "field.city",
  "profile.state": "field.state",
  "profile.country": "field.country",
  "profile.zipCode": "field.zipCode",
  "profile.bio": "field.bio",
  "profile.avatar": "field.avatar",
  "profile.website": "field.website",
  "profile.linkedin": "field.linkedin",
  "profile.twitter": "field.twitter",
  "profile.github": "field.github",
} as const satisfies Record<FieldPath, string>;
