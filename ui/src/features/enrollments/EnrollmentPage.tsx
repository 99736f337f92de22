/** One enrollment: where it stands and why, how far, what was paid, its results, its history, and its verbs. */
import { Button, Menu, Modal } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useHeld } from "@/backend/held";
import { enrollmentQuery, enrollmentsPage } from "@/backend/queries/enrollments";
import { useSession } from "@/backend/queries/session";
import type { EnrollmentDetail } from "@/bindings/EnrollmentDetail";
import type { ResultDto } from "@/bindings/ResultDto";
import {
  BackToList,
  Email,
  ErrorState,
  Facts,
  formatPercent,
  formatSpan,
  listQuery,
  Money,
  Page,
  PageSkeleton,
  RecordHeader,
  RecordMissing,
  Section,
  STATUS_TONES,
  StatusDot,
  TextLink,
  useFoundIn,
  usePersonName,
  useStepTo,
  Walk,
  When,
} from "@/design";
import { RecordTimeline } from "@/features/history/RecordTimeline";
import { Why } from "@/features/history/Why";
import { PendingMark } from "@/features/server/PendingMark";
import { Lessons, Payments, Results, Runs } from "./EnrollmentTables";
import { Grade, HowToPay, Reason } from "./EnrollmentTasks";
import classes from "./enrollments.module.css";
import { enrollmentFilter, enrollmentsKey, NEWEST } from "./filter";
import { ProgressBar } from "./ProgressBar";

export function EnrollmentPage() {
  const { t } = useTranslation("enrollments");
  const { enrollmentId } = useParams({ from: "/frame/enrollments/$enrollmentId" });
  const enrollment = useQuery(enrollmentQuery(enrollmentId));
  if (enrollment.isPending) return <PageSkeleton />;
  if (enrollment.isError) {
    if (enrollment.error.code === "not-found") return <RecordMissing title={t("page.missing")} />;
    return (
      <ErrorState
        title={t("page.failed")}
        error={enrollment.error}
        onRetry={() => void enrollment.refetch()}
      />
    );
  }
  return <One enrollment={enrollment.data} />;
}

type Task = "cancel" | "reopen" | "retry" | "revoke" | { grade: ResultDto };

function One({ enrollment: e }: { enrollment: EnrollmentDetail }) {
  const { t, i18n } = useTranslation("enrollments");
  const called = usePersonName();
  const session = useSession();
  // of this enrollment: the next one of the list takes its place on the page
  const [begun, setBegun] = useHeld<{ of: string; task: Task } | null>("task on an enrollment", null);
  const task = begun?.of === e.id ? begun.task : null;
  const setTask = (next: Task) => setBegun({ of: e.id, task: next });
  const done = () => setBegun(null);
  const due = e.payments.find((p) => p.status === "pending" || p.status === "processing");
  const refundable = e.payments.find((p) => p.status === "completed" || p.status === "partially_refunded");
  return (
    <Page>
      <RecordHeader
        back={<BackToList to="/enrollments">{t("title")}</BackToList>}
        walk={<WalkEnrollments current={e.id} />}
        title={
          session?.role === "admin" ? (
            <TextLink to="/people" search={{ open: e.student.id } as never}>
              {called(e.student.name)}
            </TextLink>
          ) : (
            called(e.student.name)
          )
        }
        status={
          <>
            <StatusDot kind="enrollment" status={e.status} />
            <PendingMark collection="enrollments" id={e.id} />
          </>
        }
        facts={[
          {
            label: t("page.course"),
            value: (
              <TextLink to="/courses/$courseId" params={{ courseId: e.course.id }}>
                {e.course.title}
              </TextLink>
            ),
          },
          { label: t("page.enrolled"), value: <When at={e.enrolledAt} format="date" /> },
        ]}
        actions={
          <>
            {e.verbs.reopen && <Button onClick={() => setTask("reopen")}>{t("verb.reopen")}</Button>}
            {e.verbs.retryPayment && <Button onClick={() => setTask("retry")}>{t("verb.retry")}</Button>}
            {e.verbs.recordPayment && due && (
              <Button component="a" href={`#/payments/${due.id}`}>
                {t("verb.pay")}
              </Button>
            )}
          </>
        }
        more={
          (e.verbs.cancel || e.verbs.revokeCertificate || (e.verbs.refund && refundable)) && (
            <>
              {e.verbs.refund && refundable && (
                <Menu.Item component="a" href={`#/payments/${refundable.id}`}>
                  {t("verb.refund")}
                </Menu.Item>
              )}
              {e.verbs.revokeCertificate && (
                <Menu.Item color="red" onClick={() => setTask("revoke")}>
                  {t("verb.revoke")}
                </Menu.Item>
              )}
              {e.verbs.cancel && (
                <Menu.Item color="red" onClick={() => setTask("cancel")}>
                  {t("verb.cancel")}
                </Menu.Item>
              )}
            </>
          )
        }
      />
      <div className={classes.columns}>
        <div>
          {e.progress !== null && (
            <Section title={t("page.progress")}>
              <ProgressBar percent={e.progress} />
              <p className={classes.small}>
                {t("page.lessonsDone", {
                  done: e.lessons.filter((l) => l.completedAt).length,
                  total: e.lessons.length,
                })}
                {e.timeSpent ? ` · ${formatSpan(e.timeSpent, i18n.language)}` : ""}
                {e.lastAccessAt && (
                  <>
                    {" · "}
                    {t("page.lastAccess")} <When at={e.lastAccessAt} />
                  </>
                )}
              </p>
            </Section>
          )}
          {e.results.length > 0 && <Results enrollment={e} onGrade={(grade) => setTask({ grade })} />}
          {session?.role !== "instructor" && (
            <Section title={t("page.payments")}>
              <Payments enrollment={e} />
            </Section>
          )}
          {e.lessons.length > 0 && e.progress !== null && (
            <Section title={t("page.lessons")}>
              <Lessons enrollment={e} />
            </Section>
          )}
          {e.history.length > 0 && (
            <Section title={t("page.runs")}>
              <Runs enrollment={e} />
            </Section>
          )}
        </div>
        <aside className={classes.aside} aria-label={t("page.about")}>
          <Why why={e.why} tone={STATUS_TONES.enrollment[e.status]} />
          <Section title={t("page.about")}>
            <Facts
              items={[
                { label: t("page.email"), value: e.studentEmail && <Email address={e.studentEmail} /> },
                { label: t("page.instructor"), value: e.instructor.name },
                {
                  label: t("page.price"),
                  value: <Money minor={e.price.minor} currency={e.price.currency} />,
                },
                { label: t("page.started"), value: e.startedAt && <When at={e.startedAt} format="date" /> },
                {
                  label: t("page.completed"),
                  value: e.completedAt && <When at={e.completedAt} format="date" />,
                },
                { label: t("page.ended"), value: e.endedAt && <When at={e.endedAt} format="date" /> },
                { label: t("page.attempt"), value: e.attempt > 1 ? e.attempt : null },
                {
                  label: t("page.finalScore"),
                  value: e.finalScore === null ? null : formatPercent(e.finalScore / 100, i18n.language, 1),
                },
                {
                  label: t("page.certificate"),
                  value: e.certificateId && (
                    <TextLink to="/certificates/$enrollmentId" params={{ enrollmentId: e.id }}>
                      {e.certificateRevokedAt ? t("page.revoked") : e.certificateId}
                    </TextLink>
                  ),
                },
              ].filter((item) => item.value)}
            />
          </Section>
          <Section title={t("page.history")}>
            <RecordTimeline collection="enrollments" id={e.id} />
          </Section>
        </aside>
      </div>
      <Modal opened={task !== null} onClose={done} title={taskTitle(task, t, e)}>
        {task === "cancel" && <Reason enrollment={e} kind="cancel" onDone={done} />}
        {task === "revoke" && <Reason enrollment={e} kind="revoke" onDone={done} />}
        {task === "reopen" && <HowToPay enrollment={e} kind="reopen" onDone={done} />}
        {task === "retry" && <HowToPay enrollment={e} kind="retry" onDone={done} />}
        {typeof task === "object" && task && <Grade enrollment={e} result={task.grade} onDone={done} />}
      </Modal>
    </Page>
  );
}

/** To the enrollments before and after in the list this one was opened from. */
function WalkEnrollments({ current }: { current: string }) {
  const stepTo = useStepTo();
  const found = useFoundIn();
  if (found?.to !== "/enrollments") return null;
  const filter = enrollmentFilter(listQuery(found.search, NEWEST));
  return (
    <Walk
      found={found}
      current={current}
      queryKey={enrollmentsKey(filter)}
      fetchPage={enrollmentsPage(filter)}
      rowKey={(row) => row.id}
      onGo={(row, foundIn) =>
        void stepTo(
          enrollmentQuery(row.id),
          { to: "/enrollments/$enrollmentId", params: { enrollmentId: row.id } },
          foundIn,
        )
      }
    />
  );
}

function taskTitle(
  task: Task | null,
  t: ReturnType<typeof useTranslation<"enrollments">>["t"],
  e: EnrollmentDetail,
): string {
  const names = { student: e.student.name, course: e.course.title };
  if (task === null) return "";
  if (typeof task === "object") return t("grade.title", { ...names, title: task.grade.title });
  return t(`${task}.title`, names);
}
