/**
 * Every field of a course but its outline, in one form. Leaving with unsaved changes is asked about; when
 * somebody else saved the course meanwhile, what was typed stays and what only they changed is taken over.
 */
import { Button, Select, Switch, TagsInput, Textarea, TextInput } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useBlocker, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useEffect, useEffectEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { BackendError } from "@/backend/error";
import { courseQuery, useChangeCourse } from "@/backend/queries/courses";
import { instructorsQuery } from "@/backend/queries/people";
import { useSession } from "@/backend/queries/session";
import type { CourseDetail } from "@/bindings/CourseDetail";
import {
  EmptyState,
  ErrorState,
  FormFields,
  FormProblem,
  MoneyInput,
  Page,
  PageSkeleton,
  RecordHeader,
  StatusDot,
  TextLink,
  toast,
  useBackendForm,
  useConfirm,
  useMoneyProblem,
} from "@/design";
import classes from "../courses.module.css";
import { CATEGORIES, CURRENCIES, LEVELS } from "../terms";
import { type CourseForm, type FieldName, merge, toFields, toForm } from "./courseForm";
import { FormSection, SECTIONS } from "./FormSection";
import { LinesInput } from "./LinesInput";
import { NumberField } from "./NumberField";
import { AssessmentsInput, MaterialsInput } from "./Parts";

export function EditCoursePage() {
  const { t } = useTranslation("courses");
  const { courseId } = useParams({ from: "/frame/courses/$courseId/edit" });
  const course = useQuery({ ...courseQuery(courseId), refetchOnMount: "always" });
  // an older copy from the cache would be refused as stale on saving
  const [first, setFirst] = useState<CourseDetail | null>(null);
  useEffect(() => {
    if (course.data && !course.isFetching) setFirst((was) => (was?.id === courseId ? was : course.data));
  }, [course.data, course.isFetching, courseId]);
  if (course.isError && !first) {
    if (course.error.code === "not-found") return <EmptyState page title={t("page.missing")} />;
    return (
      <ErrorState page title={t("page.failed")} error={course.error} onRetry={() => void course.refetch()} />
    );
  }
  if (!first || first.id !== courseId) return <PageSkeleton />;
  if (!first.verbs.edit) return <EmptyState page title={t("edit.notYours")} />;
  return <EditForm key={courseId} course={first} />;
}

/** What was typed when the window locked, by course: it is there again after signing in. */
const kept = new Map<string, { user: string; base: CourseDetail; values: CourseForm }>();

interface Conflict {
  taken: FieldName[];
  disputed: FieldName[];
}

function EditForm({ course }: { course: CourseDetail }) {
  const { t } = useTranslation("courses");
  const navigate = useNavigate();
  const client = useQueryClient();
  const confirm = useConfirm();
  const user = useSession()?.user ?? "";
  const { field } = useSearch({ from: "/frame/courses/$courseId/edit" });
  const [draft] = useState(() => {
    const found = kept.get(course.id);
    return found?.user === user ? found : null;
  });
  const [base, setBase] = useState(draft?.base ?? course);
  const [conflict, setConflict] = useState<Conflict | null>(null);
  const instructors = useQuery({ ...instructorsQuery, enabled: base.verbs.assignInstructor });
  const update = useChangeCourse("course_update");
  const unreadable = useMoneyProblem();
  const element = useRef<HTMLFormElement>(null);
  const top = useRef<HTMLDivElement>(null);

  const { form, formProps, pending, problem } = useBackendForm<CourseForm, CourseDetail | null>({
    initialValues: toForm(base.fields),
    validate: {
      title: (v) => (v.trim() ? null : t("needed.title")),
      priceMinor: (v, all) => unreadable(v, all.currency),
      originalPriceMinor: (v, all) => unreadable(v, all.currency),
      assessments: {
        title: (v) => (v.trim() ? null : t("needed.assessmentTitle")),
        weight: (v) => (v === "" ? t("needed.number") : null),
        maxScore: (v) => (v === "" ? t("needed.number") : null),
        passScore: (v) => (v === "" ? t("needed.number") : null),
      },
    },
    submit: async (values) => {
      const mine = toFields(values);
      try {
        return await update.mutateAsync({ id: base.id, rev: base.rev, fields: mine });
      } catch (thrown) {
        if (BackendError.from(thrown).code !== "stale") throw thrown;
        const theirs = await client.fetchQuery({ ...courseQuery(base.id), staleTime: 0 });
        const merged = merge(base.fields, mine, theirs.fields);
        setBase(theirs);
        form.setInitialValues(toForm(theirs.fields));
        form.setValues(toForm(merged.fields));
        setConflict(merged);
        requestAnimationFrame(() => top.current?.focus());
        return null;
      }
    },
    onDone: (saved) => {
      if (!saved) return;
      clean.current = true;
      toast.done((t) => t("courses:edit.done", { title: saved.fields.title }));
      void navigate({ to: "/courses/$courseId", params: { courseId: saved.id }, state: true });
    },
  });

  const clean = useRef(false);
  const dirty = () => !clean.current && form.isDirty();
  useBlocker({
    shouldBlockFn: async ({ next }) => {
      // the window locks without asking; `onLeave` keeps what was typed
      if (!dirty() || next.routeId.startsWith("/entry")) return false;
      const leave = await confirm({
        title: t("edit.leaveTitle", { title: base.fields.title }),
        body: t("edit.leaveBody"),
        verb: t("edit.leaveVerb"),
      });
      if (leave) clean.current = true;
      return !leave;
    },
    enableBeforeUnload: false,
  });

  const onOpen = useEffectEvent(() => {
    if (kept.get(base.id)?.user === user) kept.delete(base.id);
    if (draft) form.setValues(draft.values);
    if (field) {
      const node = form.getInputNode(field);
      node?.scrollIntoView({ block: "center" });
      node?.focus();
    }
  });
  const onLeave = useEffectEvent(() => {
    if (dirty()) kept.set(base.id, { user, base, values: form.getValues() });
  });
  useEffect(() => {
    onOpen();
    return () => onLeave();
  }, []);

  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "s" || event.altKey) return;
    event.preventDefault();
    element.current?.requestSubmit();
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKey(event);
    window.addEventListener("keydown", listener);
    return () => window.removeEventListener("keydown", listener);
  }, []);

  const { values } = form;
  const priceHint = base.verbs.editPrice ? t("edit.priceHint") : t("edit.priceLocked");
  const names = (fields: FieldName[]) => fields.map((name) => t(`field.${name}`)).join(", ");
  const back = () => void navigate({ to: "/courses/$courseId", params: { courseId: base.id }, state: true });

  return (
    <Page>
      <RecordHeader
        back={
          <TextLink to="/courses/$courseId" params={{ courseId: base.id }} state>
            {base.fields.title}
          </TextLink>
        }
        title={t("edit.title")}
        status={<StatusDot kind="course" status={base.status} />}
      />
      {conflict && (
        <div ref={top} tabIndex={-1} className={classes.conflict} role="alert">
          <h2>{t("conflict.fieldsTitle")}</h2>
          {conflict.taken.length > 0 && <p>{t("conflict.taken", { fields: names(conflict.taken) })}</p>}
          {conflict.disputed.length > 0 && (
            <p>{t("conflict.disputed", { fields: names(conflict.disputed) })}</p>
          )}
          <p>{t("conflict.saveAgain")}</p>
        </div>
      )}
      <div className={classes.edit}>
        <nav className={classes.sections} aria-label={t("edit.sections")}>
          {SECTIONS.map((section) => (
            <button
              key={section}
              type="button"
              onClick={() => {
                const part = document.getElementById(`section-${section}`);
                part?.scrollIntoView({ block: "start" });
                part?.focus({ preventScroll: true });
              }}
            >
              {t(`section.${section}`)}
            </button>
          ))}
        </nav>
        <form ref={element} {...formProps} className={classes.form}>
          <FormSection name="basics">
            <FormFields>
              <TextInput
                label={t("field.title")}
                withAsterisk
                maxLength={200}
                {...form.getInputProps("title")}
              />
              <Textarea
                label={t("field.description")}
                description={t("edit.descriptionHint", { left: 500 - values.description.length })}
                inputWrapperOrder={["label", "input", "error", "description"]}
                maxLength={500}
                autosize
                minRows={2}
                maxRows={6}
                {...form.getInputProps("description")}
              />
              <FormFields columns={2}>
                <Select
                  label={t("field.category")}
                  data={CATEGORIES.map((c) => ({ value: c, label: t(`category.${c}`) }))}
                  clearable
                  {...form.getInputProps("category")}
                />
                <TextInput label={t("field.subcategory")} {...form.getInputProps("subcategory")} />
                <Select
                  label={t("field.level")}
                  data={LEVELS.map((l) => ({ value: l, label: t(`level.${l}`) }))}
                  clearable
                  {...form.getInputProps("level")}
                />
                <TagsInput
                  label={t("field.tags")}
                  maxTags={30}
                  splitChars={[",", ";"]}
                  acceptValueOnBlur
                  {...form.getInputProps("tags")}
                />
              </FormFields>
            </FormFields>
          </FormSection>
          <FormSection name="price">
            <FormFields>
              <FormFields columns={2}>
                <MoneyInput
                  label={t("field.priceMinor")}
                  description={priceHint}
                  inputWrapperOrder={["label", "input", "error", "description"]}
                  currency={values.currency}
                  disabled={!base.verbs.editPrice}
                  {...form.getInputProps("priceMinor")}
                  value={values.priceMinor}
                />
                <Select
                  label={t("field.currency")}
                  data={[...CURRENCIES]}
                  allowDeselect={false}
                  disabled={!base.verbs.editPrice}
                  {...form.getInputProps("currency")}
                />
                <MoneyInput
                  label={t("field.originalPriceMinor")}
                  description={t("edit.originalHint")}
                  inputWrapperOrder={["label", "input", "error", "description"]}
                  currency={values.currency}
                  disabled={!base.verbs.editPrice}
                  {...form.getInputProps("originalPriceMinor")}
                  value={values.originalPriceMinor}
                />
              </FormFields>
            </FormFields>
          </FormSection>
          <FormSection name="content">
            <FormFields>
              <Textarea
                label={t("field.fullDescription")}
                description={t("edit.fullHint")}
                inputWrapperOrder={["label", "input", "error", "description"]}
                autosize
                minRows={6}
                maxRows={24}
                {...form.getInputProps("fullDescription")}
              />
              {(["whatYouWillLearn", "requirements", "targetAudience"] as const).map((name) => (
                <LinesInput
                  key={name}
                  label={t(`field.${name}`)}
                  add={t(`lines.add.${name}`)}
                  {...form.getInputProps(name)}
                  value={values[name]}
                />
              ))}
            </FormFields>
          </FormSection>
          <FormSection name="length">
            <FormFields columns={2}>
              <NumberField label={t("field.durationWeeks")} {...form.getInputProps("durationWeeks")} />
              <NumberField label={t("field.durationHours")} {...form.getInputProps("durationHours")} />
              <TextInput
                label={t("field.durationDescription")}
                {...form.getInputProps("durationDescription")}
              />
            </FormFields>
          </FormSection>
          <FormSection name="teaching">
            <FormFields>
              <Select
                label={t("field.instructor")}
                description={base.verbs.assignInstructor ? undefined : t("edit.instructorLocked")}
                data={choices(base, instructors.data ?? [])}
                disabled={!base.verbs.assignInstructor}
                searchable
                allowDeselect={false}
                {...form.getInputProps("instructor")}
              />
              <Switch
                label={t("edit.isPublic")}
                description={t("edit.isPublicHint")}
                {...form.getInputProps("isPublic", { type: "checkbox" })}
              />
            </FormFields>
          </FormSection>
          <FormSection name="assessments">
            <AssessmentsInput form={form} />
          </FormSection>
          <FormSection name="materials">
            <MaterialsInput form={form} />
          </FormSection>
          <FormSection name="web">
            <FormFields>
              <TextInput
                label={t("field.slug")}
                description={t("edit.slugHint")}
                inputWrapperOrder={["label", "input", "error", "description"]}
                maxLength={200}
                {...form.getInputProps("slug")}
              />
              <FormFields columns={2}>
                <TextInput label={t("field.thumbnail")} type="url" {...form.getInputProps("thumbnail")} />
                <TextInput
                  label={t("field.previewVideo")}
                  type="url"
                  {...form.getInputProps("previewVideo")}
                />
                <TextInput label={t("field.metaTitle")} {...form.getInputProps("metaTitle")} />
                <TagsInput
                  label={t("field.keywords")}
                  splitChars={[",", ";"]}
                  acceptValueOnBlur
                  {...form.getInputProps("keywords")}
                />
              </FormFields>
              <Textarea
                label={t("field.metaDescription")}
                autosize
                minRows={2}
                maxRows={6}
                {...form.getInputProps("metaDescription")}
              />
            </FormFields>
          </FormSection>
          <div className={classes.saveBar} data-standing>
            <FormProblem problem={problem} />
            <div className={classes.saveLine}>
              <span className={classes.small} role="status">
                {form.isDirty() ? t("edit.unsaved") : t("edit.unchanged")}
              </span>
              <Button variant="default" onClick={back}>
                {t("back")}
              </Button>
              <Button type="submit" loading={pending}>
                {t("edit.verb")}
              </Button>
            </div>
          </div>
        </form>
      </div>
    </Page>
  );
}

function choices(course: CourseDetail, people: { id: string; name: string }[]) {
  const known = people.some((person) => person.id === course.instructor.id);
  return (known ? people : [course.instructor, ...people]).map((person) => ({
    value: person.id,
    label: person.name,
  }));
}
