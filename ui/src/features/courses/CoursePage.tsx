/** One course: where it stands and why, what it teaches, its outline, who rated it, its history, and its verbs. */
import { Button, Menu, Modal } from "@mantine/core";
import { IconListTree, IconPencil, IconUsers } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { courseQuery } from "@/backend/queries/courses";
import { myCoursesQuery } from "@/backend/queries/learning";
import { useSession } from "@/backend/queries/session";
import type { CourseDetail } from "@/bindings/CourseDetail";
import {
  BackToList,
  EmptyState,
  ErrorState,
  Facts,
  formatPercent,
  formatSpan,
  LinkButton,
  Money,
  Page,
  PageSkeleton,
  RecordHeader,
  Section,
  STATUS_TONES,
  StatusDot,
  When,
} from "@/design";
import { RecordTimeline } from "@/features/history/RecordTimeline";
import { Why } from "@/features/history/Why";
import { PendingMark } from "@/features/server/PendingMark";
import classes from "./courses.module.css";
import { total } from "./duration";
import { EnrollMyself } from "./EnrollMyself";
import { Missing } from "./Missing";
import { Outline } from "./Outline";
import { Rating } from "./Rating";
import { RequestChanges } from "./RequestChanges";
import { Reviews } from "./Reviews";
import { RichText } from "./RichText";
import { type Step, useSteps } from "./useSteps";
import { WalkCourses } from "./WalkCourses";

export function CoursePage() {
  const { t } = useTranslation("courses");
  const { courseId } = useParams({ from: "/frame/courses/$courseId" });
  const course = useQuery(courseQuery(courseId));
  if (course.isPending) return <PageSkeleton />;
  if (course.isError) {
    if (course.error.code === "not-found") return <EmptyState page title={t("page.missing")} />;
    return (
      <ErrorState page title={t("page.failed")} error={course.error} onRetry={() => void course.refetch()} />
    );
  }
  return <One course={course.data} />;
}

type Task = "requestChanges" | "enrollMyself" | null;

function One({ course: c }: { course: CourseDetail }) {
  const { t, i18n } = useTranslation("courses");
  const [task, setTask] = useState<Task>(null);
  const done = () => setTask(null);
  const student = useSession()?.role === "student";
  const mine = useQuery({ ...myCoursesQuery, enabled: student && c.myEnrollment !== null });
  const own = mine.data?.find((card) => card.enrollment === c.myEnrollment);
  const { take, taking } = useSteps(c);
  const f = c.fields;
  const time = total(c.curriculum.flatMap((module) => module.lessons.map((lesson) => lesson.duration)));
  const writes = c.verbs.edit;
  return (
    <Page>
      <RecordHeader
        back={
          student ? (
            <BackToList to="/catalog">{t("catalog.title")}</BackToList>
          ) : (
            <BackToList to="/courses">{t("title")}</BackToList>
          )
        }
        walk={<WalkCourses current={c.id} />}
        title={f.title}
        status={
          student ? (
            own && <StatusDot kind="enrollment" status={own.status} />
          ) : (
            <>
              <StatusDot kind="course" status={c.status} />
              <PendingMark collection="courses" id={c.id} />
            </>
          )
        }
        facts={[
          { label: t("field.price"), value: <Price course={c} /> },
          { label: t("list.students"), value: c.enrollments.toLocaleString(i18n.language) },
        ]}
        actions={
          <>
            {c.verbs.seeStudents && (
              <LinkButton
                to="/enrollments"
                search={{ course: [c.id] } as never}
                variant="default"
                leftSection={<IconUsers size={15} stroke={1.6} />}
              >
                {t("list.students")}
              </LinkButton>
            )}
            {writes && (
              <>
                <LinkButton
                  to="/courses/$courseId/curriculum"
                  params={{ courseId: c.id }}
                  state
                  variant="default"
                  leftSection={<IconListTree size={15} stroke={1.6} />}
                >
                  {t("verb.curriculum")}
                </LinkButton>
                <LinkButton
                  to="/courses/$courseId/edit"
                  params={{ courseId: c.id }}
                  state
                  variant="default"
                  leftSection={<IconPencil size={15} stroke={1.6} />}
                >
                  {t("verb.edit")}
                </LinkButton>
              </>
            )}
            {c.verbs.requestChanges && (
              <Button variant="default" onClick={() => setTask("requestChanges")}>
                {t("verb.requestChanges")}
              </Button>
            )}
            {(["submit", "publish", "restore"] as const).map(
              (step) =>
                c.verbs[step] && (
                  <Button key={step} loading={taking} onClick={() => void take(step)}>
                    {t(`verb.${step}`)}
                  </Button>
                ),
            )}
            {c.verbs.enroll && (
              <LinkButton to="/enrollments/new" search={{ course: c.id }}>
                {t("verb.enroll")}
              </LinkButton>
            )}
            {c.verbs.enrollMyself && (
              <Button onClick={() => setTask("enrollMyself")}>{t("verb.enrollMyself")}</Button>
            )}
            {!c.verbs.enrollMyself && c.myEnrollment && (
              <LinkButton to="/learn/$enrollmentId" params={{ enrollmentId: c.myEnrollment }}>
                {t("verb.learn")}
              </LinkButton>
            )}
          </>
        }
        more={
          (c.verbs.unpublish || c.verbs.archive) &&
          (["unpublish", "archive"] as const satisfies Step[]).map(
            (step) =>
              c.verbs[step] && (
                <Menu.Item key={step} color="red" onClick={() => void take(step)}>
                  {t(`verb.${step}`)}
                </Menu.Item>
              ),
          )
        }
      />
      <div className={classes.columns}>
        <div>
          {c.reviewNote && c.status === "draft" && (
            <div className={classes.note} role="note" aria-label={t("page.reviewNote")}>
              <h2>{t("page.reviewNote")}</h2>
              <p>{c.reviewNote}</p>
            </div>
          )}
          {c.missing.length > 0 && <Missing course={c} />}
          <Section title={t("page.about")}>
            {f.description ? (
              <p className={classes.lead}>{f.description}</p>
            ) : (
              <p className={classes.dim}>{t("page.noDescription")}</p>
            )}
            {f.fullDescription && <RichText source={f.fullDescription} />}
          </Section>
          <Points title={t("field.whatYouWillLearn")} lines={f.whatYouWillLearn} check />
          <Section
            title={t("page.outline")}
            actions={
              <span className={classes.small}>
                {t("card.lessons", { count: c.totalLessons })}
                {time > 0 && ` · ${formatSpan(time, i18n.language)}`}
              </span>
            }
          >
            <Outline modules={c.curriculum} />
          </Section>
          <Points title={t("field.requirements")} lines={f.requirements} />
          <Points title={t("field.targetAudience")} lines={f.targetAudience} />
          {f.assessments.length > 0 && (
            <Section title={t("field.assessments")}>
              <Assessments course={c} />
            </Section>
          )}
          {f.materials.length > 0 && writes && (
            <Section title={t("field.materials")}>
              <Materials course={c} />
            </Section>
          )}
          {c.ratingCount > 0 && (
            <Section
              title={t("page.reviews")}
              actions={<Rating average={c.ratingAverage} count={c.ratingCount} />}
            >
              <Reviews reviews={c.reviews} count={c.ratingCount} />
            </Section>
          )}
        </div>
        <aside className={classes.aside} aria-label={t("page.facts")}>
          {!student && c.why && <Why why={c.why} tone={STATUS_TONES.course[c.status]} />}
          <Section title={t("page.facts")}>
            <Facts items={facts(c, t, i18n.language).filter((item) => item.value)} />
          </Section>
          <Section title={t("list.instructor")}>
            <p className={classes.instructor}>{c.instructor.name}</p>
            {c.instructorBio && <p className={classes.bio}>{c.instructorBio}</p>}
          </Section>
          {writes && (
            <Section title={t("page.history")}>
              <RecordTimeline collection="courses" id={c.id} />
            </Section>
          )}
        </aside>
      </div>
      <Modal
        opened={task === "requestChanges"}
        onClose={done}
        title={t("requestChanges.title", { title: f.title })}
        size={480}
      >
        <RequestChanges course={c} onDone={done} />
      </Modal>
      <Modal
        opened={task === "enrollMyself"}
        onClose={done}
        title={t("enrollMyself.title", { title: f.title })}
        size={480}
      >
        <EnrollMyself course={c} onDone={done} />
      </Modal>
    </Page>
  );
}

type T = ReturnType<typeof useTranslation<"courses">>["t"];

function facts(c: CourseDetail, t: T, language: string): { label: string; value: ReactNode }[] {
  const f = c.fields;
  const number = (n: number) => n.toLocaleString(language);
  // the author's own words say it all; figures stand in where there are none
  const length = f.durationDescription
    ? [f.durationDescription]
    : [
        f.durationWeeks && t("page.weeks", { count: f.durationWeeks }),
        f.durationHours && t("page.hours", { count: f.durationHours }),
      ];
  return [
    { label: t("field.category"), value: f.category && t(`category.${f.category}`) },
    { label: t("field.subcategory"), value: f.subcategory },
    { label: t("field.level"), value: f.level && t(`level.${f.level}`) },
    { label: t("page.length"), value: length.filter(Boolean).join(" · ") },
    { label: t("field.tags"), value: f.tags.join(", ") },
    { label: t("list.published"), value: c.publishedAt && <When at={c.publishedAt} format="date" /> },
    ...(c.verbs.edit
      ? [
          { label: t("list.created"), value: <When at={c.createdAt} format="date" /> },
          { label: t("page.updated"), value: <When at={c.updatedAt} /> },
          {
            label: t("field.isPublic"),
            value: t(
              !f.isPublic ? "page.notPublic" : c.status === "published" ? "page.public" : "page.publicOnce",
            ),
          },
          { label: t("field.slug"), value: f.slug && <span className={classes.slug}>{f.slug}</span> },
          { label: t("page.views"), value: number(c.views) },
        ]
      : []),
  ];
}

function Price({ course: c }: { course: CourseDetail }) {
  const { t } = useTranslation("courses");
  const { priceMinor, originalPriceMinor, currency } = c.fields;
  if (priceMinor === null) return <span className={classes.dim}>{t("price.none")}</span>;
  return (
    <>
      {priceMinor === 0 ? t("price.free") : <Money minor={priceMinor} currency={currency} />}
      {originalPriceMinor !== null && originalPriceMinor > priceMinor && (
        <>
          {" "}
          <s className={classes.former}>
            <span className="visually-hidden">{t("price.before")} </span>
            <Money minor={originalPriceMinor} currency={currency} dim />
          </s>
        </>
      )}
    </>
  );
}

function Points({ title, lines, check = false }: { title: string; lines: string[]; check?: boolean }) {
  if (lines.length === 0) return null;
  return (
    <Section title={title}>
      <ul className={classes.points} data-check={check || undefined}>
        {lines.map((line, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines have no identity
          <li key={i}>{line}</li>
        ))}
      </ul>
    </Section>
  );
}

function Assessments({ course: c }: { course: CourseDetail }) {
  const { t, i18n } = useTranslation("courses");
  const number = (n: number) => n.toLocaleString(i18n.language);
  return (
    <table className={classes.table}>
      <thead>
        <tr>
          <th scope="col">{t("assessment.title")}</th>
          <th scope="col" className={classes.end}>
            {t("assessment.weight")}
          </th>
          <th scope="col" className={classes.end}>
            {t("assessment.pass")}
          </th>
        </tr>
      </thead>
      <tbody>
        {c.fields.assessments.map((a) => (
          <tr key={a.id}>
            <td>
              {a.title}
              {a.required && <span className={classes.small}> {t("assessment.required")}</span>}
            </td>
            <td className={classes.end}>{formatPercent(a.weight / 100, i18n.language, 2)}</td>
            <td className={classes.end}>
              {t("assessment.passOf", { pass: number(a.passScore), max: number(a.maxScore) })}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Materials({ course: c }: { course: CourseDetail }) {
  const { t } = useTranslation("courses");
  return (
    <table className={classes.table}>
      <tbody>
        {c.fields.materials.map((m, i) => (
          <tr key={m.id ?? i}>
            <td>{m.title ?? t("material.untitled")}</td>
            <td className={classes.dim}>{t(`material.kinds.${m.kind as "video"}`)}</td>
            <td className={classes.address}>{m.url}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
