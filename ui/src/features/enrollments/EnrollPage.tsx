/** Enrolling one or many: whom, in what, how they pay; a check that names who cannot and why; then the deed. */
import { Button, MultiSelect, Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useLocation, useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { courseQuery, coursesPage } from "@/backend/queries/courses";
import { enrollPreviewQuery, useEnroll } from "@/backend/queries/enrollments";
import { peoplePage, personQuery } from "@/backend/queries/people";
import type { EnrollOutcome } from "@/bindings/EnrollOutcome";
import type { Method } from "@/bindings/Method";
import {
  ErrorSentence,
  ErrorState,
  FormFields,
  LinesSkeleton,
  Money,
  Page,
  PageHeader,
  Section,
  StatusDot,
  toast,
} from "@/design";
import classes from "./enrollments.module.css";

interface Choice {
  value: string;
  label: string;
}

export function EnrollPage() {
  const { t } = useTranslation("enrollments");
  const search = useSearch({ from: "/frame/enrollments/new" });
  const navigate = useNavigate();
  const [course, setCourse] = useState<string | null>(search.course ?? null);
  const [users, setUsers] = useState<string[]>([search.user ?? []].flat());
  const [method, setMethod] = useState<Method>("cash");
  const enroll = useEnroll();
  const args = { users, course: course ?? "", method };
  const preview = useQuery(enrollPreviewQuery(args));
  const able = preview.data?.enrolled.length ?? 0;
  const free = preview.data?.price.minor === 0;

  const send = () =>
    enroll.mutate(args, {
      onError: toast.problem,
      onSuccess: (outcome) => {
        toast.done((t) =>
          t("enrollments:enroll.done", { count: outcome.enrolled.length, course: outcome.course.title }),
        );
        const only = outcome.enrolled.length === 1 ? outcome.enrolled[0]?.enrollment : null;
        if (only) {
          void navigate({ to: "/enrollments/$enrollmentId", params: { enrollmentId: only } });
        } else {
          void navigate({ to: "/enrollments" });
        }
      },
    });

  return (
    <Page width="narrow">
      <PageHeader title={t("enroll.title")} subtitle={t("enroll.lead")} />
      <Section title={t("enroll.who")}>
        <FormFields>
          <CourseField value={course} onChange={setCourse} />
          <StudentsField value={users} onChange={setUsers} />
          {!free && (
            <Select
              label={t("method.label")}
              description={t("enroll.methodHint")}
              data={(["cash", "stripe", "sslcommerz"] as const).map((m) => ({
                value: m,
                label: t(`method.${m}`),
              }))}
              allowDeselect={false}
              value={method}
              onChange={(value) => value && setMethod(value as Method)}
            />
          )}
        </FormFields>
      </Section>
      {course && users.length > 0 && (
        <Section title={t("enroll.check")}>
          {preview.isPending && <LinesSkeleton lines={3} />}
          {preview.isError && (
            <ErrorState
              title={t("enroll.checkFailed")}
              error={preview.error}
              onRetry={() => void preview.refetch()}
            />
          )}
          {preview.data && <Check outcome={preview.data} />}
          <div className={classes.deed}>
            <Button disabled={able === 0} loading={enroll.isPending} onClick={send}>
              {t("enroll.verb", { count: able })}
            </Button>
          </div>
        </Section>
      )}
    </Page>
  );
}

function CourseField({ value, onChange }: { value: string | null; onChange: (id: string | null) => void }) {
  const { t } = useTranslation("enrollments");
  const [text, setText] = useState("");
  const [asked] = useDebouncedValue(text, 150);
  const found = useQuery({
    queryKey: ["courses", "choose", asked],
    queryFn: () => coursesPage({ text: asked, statuses: ["published"] })(0, 30),
    placeholderData: keepPreviousData,
  });
  const chosen = useQuery({ ...courseQuery(value ?? ""), enabled: value !== null });
  const data: Choice[] = (found.data?.rows ?? []).map((c) => ({ value: c.id, label: c.title }));
  if (chosen.data && !data.some((d) => d.value === chosen.data.id)) {
    data.unshift({ value: chosen.data.id, label: chosen.data.fields.title });
  }
  return (
    <Select
      label={t("enroll.course")}
      placeholder={t("enroll.coursePlaceholder")}
      data={data}
      filter={({ options }) => options}
      searchable
      clearable
      autoFocus={value === null}
      nothingFoundMessage={t("enroll.noCourse")}
      value={value}
      onChange={onChange}
      searchValue={text}
      onSearchChange={setText}
    />
  );
}

function StudentsField({ value, onChange }: { value: string[]; onChange: (ids: string[]) => void }) {
  const { t } = useTranslation("enrollments");
  const [text, setText] = useState("");
  const [asked] = useDebouncedValue(text, 150);
  const given = useLocation({ select: ({ state }) => state.people });
  const [known, setKnown] = useState<Record<string, string>>(() =>
    Object.fromEntries((given ?? []).map((p) => [p.id, `${p.name} · ${p.email}`])),
  );
  const found = useQuery({
    queryKey: ["people", "choose", asked],
    queryFn: () =>
      peoplePage({
        text: asked,
        roles: ["student"],
        statuses: [],
        sort: "name",
        descending: false,
      })(0, 30),
    placeholderData: keepPreviousData,
  });
  const first = useQuery({
    ...personQuery(value[0] ?? ""),
    enabled: value.length === 1 && known[value[0] ?? ""] === undefined,
  });
  const labels: Record<string, string> = { ...known };
  if (first.data) labels[first.data.id] = `${first.data.name} · ${first.data.email}`;
  for (const p of found.data?.rows ?? []) labels[p.id] = `${p.name} · ${p.email}`;
  const shown = new Set([...value, ...(found.data?.rows ?? []).map((p) => p.id)]);
  return (
    <MultiSelect
      label={t("enroll.students")}
      placeholder={value.length === 0 ? t("enroll.studentsPlaceholder") : undefined}
      data={[...shown].map((id) => ({ value: id, label: labels[id] ?? id }))}
      filter={({ options }) => options}
      searchable
      hidePickedOptions
      maxValues={1000}
      nothingFoundMessage={t("enroll.noStudent")}
      value={value}
      onChange={(ids) => {
        setKnown(labels);
        onChange(ids);
        setText("");
      }}
      searchValue={text}
      onSearchChange={setText}
    />
  );
}

function Check({ outcome }: { outcome: EnrollOutcome }) {
  const { t } = useTranslation("enrollments");
  return (
    <ul className={classes.who}>
      {outcome.enrolled.map((one) => (
        <li key={one.student.id}>
          <span>
            {one.student.name}
            {one.reopens && <span className={classes.small}> {t("enroll.returns")}</span>}
          </span>
          <span>
            <StatusDot kind="enrollment" status={one.status} />{" "}
            {outcome.price.minor > 0 && (
              <Money minor={outcome.price.minor} currency={outcome.price.currency} />
            )}
          </span>
        </li>
      ))}
      {outcome.refused.map((one) => (
        <li key={one.id}>
          <span>{one.label}</span>
          <span className={classes.refused}>
            <ErrorSentence error={one} />
          </span>
        </li>
      ))}
    </ul>
  );
}
