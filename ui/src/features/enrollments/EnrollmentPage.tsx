/** One enrollment: where it stands and why, how far, what was paid, its results, its history, and its verbs. */
import { Button, Menu, Modal, NumberInput, Select, Textarea } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useParams, useRouter } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useHeld } from "@/backend/held";
import {
  enrollmentQuery,
  useCancelEnrollment,
  useRecordResult,
  useReopenEnrollment,
  useRevokeCertificate,
} from "@/backend/queries/enrollments";
import { useRetryPayment } from "@/backend/queries/payments";
import { useSession } from "@/backend/queries/session";
import type { EnrollmentDetail } from "@/bindings/EnrollmentDetail";
import type { Method } from "@/bindings/Method";
import type { ResultDto } from "@/bindings/ResultDto";
import {
  BackToList,
  ErrorState,
  Facts,
  FormActions,
  FormFields,
  FormProblem,
  formatSpan,
  Money,
  Page,
  PageSkeleton,
  RecordHeader,
  RecordMissing,
  Section,
  STATUS_TONES,
  StatusDot,
  TextLink,
  toast,
  useBackendForm,
  When,
} from "@/design";
import { RecordTimeline } from "@/features/history/RecordTimeline";
import { Why } from "@/features/history/Why";
import { PendingMark } from "@/features/server/PendingMark";
import classes from "./enrollments.module.css";
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

type Task = "cancel" | "reopen" | "retry" | "revoke" | { grade: ResultDto } | null;

function One({ enrollment: e }: { enrollment: EnrollmentDetail }) {
  const { t, i18n } = useTranslation("enrollments");
  const session = useSession();
  const [task, setTask] = useHeld<Task>(`task on enrollment ${e.id}`, null);
  const done = () => setTask(null);
  const due = e.payments.find((p) => p.status === "pending" || p.status === "processing");
  const refundable = e.payments.find((p) => p.status === "completed" || p.status === "partially_refunded");
  return (
    <Page>
      <RecordHeader
        back={<BackToList to="/enrollments">{t("title")}</BackToList>}
        title={
          session?.role === "admin" ? (
            <TextLink to="/people" search={{ open: e.student.id } as never}>
              {e.student.name}
            </TextLink>
          ) : (
            e.student.name
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
                { label: t("page.email"), value: e.studentEmail },
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
                  value: e.finalScore === null ? null : `${e.finalScore.toLocaleString(i18n.language)} %`,
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

function taskTitle(
  task: Task,
  t: ReturnType<typeof useTranslation<"enrollments">>["t"],
  e: EnrollmentDetail,
): string {
  const names = { student: e.student.name, course: e.course.title };
  if (task === null) return "";
  if (typeof task === "object") return t("grade.title", { ...names, title: task.grade.title });
  return t(`${task}.title`, names);
}

interface TaskProps {
  enrollment: EnrollmentDetail;
  onDone: () => void;
}

function Reason({ enrollment, kind, onDone }: TaskProps & { kind: "cancel" | "revoke" }) {
  const { t } = useTranslation("enrollments");
  const cancel = useCancelEnrollment();
  const revoke = useRevokeCertificate();
  const { form, formProps, pending, problem } = useBackendForm({
    initialValues: { reason: "" },
    validate: { reason: (v) => (v.trim() ? null : t("reason.needed")) },
    submit: (v) =>
      (kind === "cancel" ? cancel : revoke).mutateAsync({
        id: enrollment.id,
        rev: enrollment.rev,
        reason: v.reason,
      }),
    onDone: () => {
      toast.done(t(`${kind}.done`, { student: enrollment.student.name }));
      onDone();
    },
  });
  return (
    <form {...formProps}>
      <p className={classes.hint}>{t(`${kind}.body`)}</p>
      <Textarea
        label={t("reason.label")}
        autosize
        minRows={2}
        maxLength={500}
        data-autofocus
        {...form.getInputProps("reason")}
      />
      <FormProblem problem={problem} />
      <FormActions verb={t(`verb.${kind}`)} pending={pending} cancel={t("reason.keep")} onCancel={onDone} />
    </form>
  );
}

function HowToPay({ enrollment, kind, onDone }: TaskProps & { kind: "reopen" | "retry" }) {
  const { t } = useTranslation("enrollments");
  const router = useRouter();
  const reopen = useReopenEnrollment();
  const retry = useRetryPayment();
  const { form, formProps, pending, problem } = useBackendForm({
    initialValues: { method: "cash" as Method },
    submit: async (v): Promise<string | null> => {
      const args = { enrollment: enrollment.id, method: v.method };
      if (kind === "retry") return (await retry.mutateAsync(args)).id;
      await reopen.mutateAsync(args);
      return null;
    },
    onDone: (payment) => {
      toast.done(t(`${kind}.done`, { student: enrollment.student.name }));
      onDone();
      if (payment) void router.navigate({ to: "/payments/$paymentId", params: { paymentId: payment } });
    },
  });
  return (
    <form {...formProps}>
      <p className={classes.hint}>{t(`${kind}.body`)}</p>
      <Select
        label={t("method.label")}
        data={(["cash", "stripe", "sslcommerz"] as const).map((m) => ({ value: m, label: t(`method.${m}`) }))}
        allowDeselect={false}
        data-autofocus
        {...form.getInputProps("method")}
      />
      <FormProblem problem={problem} />
      <FormActions verb={t(`verb.${kind}`)} pending={pending} cancel={t("reason.keep")} onCancel={onDone} />
    </form>
  );
}

function Grade({ enrollment, result, onDone }: TaskProps & { result: ResultDto }) {
  const { t } = useTranslation("enrollments");
  const record = useRecordResult();
  const { form, formProps, pending, problem } = useBackendForm({
    initialValues: { score: (result.score ?? "") as number | "" },
    validate: {
      score: (v) =>
        v !== "" && v >= 0 && v <= result.maxScore ? null : t("grade.needed", { max: result.maxScore }),
    },
    submit: (v) =>
      record.mutateAsync({
        enrollment: enrollment.id,
        rev: enrollment.rev,
        assessmentId: result.assessmentId,
        score: Number(v.score),
      }),
    onDone: () => {
      toast.done(t("grade.done"));
      onDone();
    },
    draft: `grade ${enrollment.id} ${result.assessmentId}`,
  });
  return (
    <form {...formProps}>
      <FormFields>
        <NumberInput
          label={t("grade.score", { max: result.maxScore })}
          description={t("grade.pass", { pass: result.passScore })}
          decimalScale={2}
          data-autofocus
          {...form.getInputProps("score")}
        />
      </FormFields>
      <FormProblem problem={problem} />
      <FormActions verb={t("grade.verb")} pending={pending} cancel={t("reason.keep")} onCancel={onDone} />
    </form>
  );
}

function Results({
  enrollment: e,
  onGrade,
}: {
  enrollment: EnrollmentDetail;
  onGrade: (result: ResultDto) => void;
}) {
  const { t, i18n } = useTranslation("enrollments");
  return (
    <Section title={t("page.results")}>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">{t("result.assessment")}</th>
            <th scope="col">{t("result.state")}</th>
            <th scope="col" className={classes.end}>
              {t("result.score")}
            </th>
            {e.verbs.grade && <th scope="col" className={classes.end} aria-label={t("verb.grade")} />}
          </tr>
        </thead>
        <tbody>
          {e.results.map((r) => (
            <tr key={r.assessmentId}>
              <td>
                {r.title}
                <span className={classes.small}>
                  {" "}
                  {t("result.weight", { weight: r.weight })}
                  {r.required ? ` · ${t("result.required")}` : ""}
                </span>
              </td>
              <td className={classes.dim}>
                {r.score === null ? t("result.none") : r.passed ? t("result.passed") : t("result.notPassed")}
              </td>
              <td className={classes.end}>
                {r.score === null
                  ? "–"
                  : `${r.score.toLocaleString(i18n.language)} / ${r.maxScore.toLocaleString(i18n.language)}`}
              </td>
              {e.verbs.grade && (
                <td className={classes.end}>
                  <Button size="xs" variant="subtle" onClick={() => onGrade(r)}>
                    {t("verb.grade")}
                  </Button>
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}

function Payments({ enrollment: e }: { enrollment: EnrollmentDetail }) {
  const { t } = useTranslation("enrollments");
  if (e.payments.length === 0) return <p className={classes.dim}>{t("page.noPayments")}</p>;
  return (
    <table className={classes.table}>
      <thead>
        <tr>
          <th scope="col">{t("payment.number")}</th>
          <th scope="col">{t("payment.status")}</th>
          <th scope="col">{t("payment.method")}</th>
          <th scope="col">{t("payment.date")}</th>
          <th scope="col" className={classes.end}>
            {t("payment.amount")}
          </th>
        </tr>
      </thead>
      <tbody>
        {e.payments.map((p) => (
          <tr key={p.id}>
            <td>
              <TextLink to="/payments/$paymentId" params={{ paymentId: p.id }}>
                {p.receiptNumber ?? t("payment.noNumber")}
              </TextLink>
            </td>
            <td>
              <StatusDot kind="payment" status={p.status} />
            </td>
            <td>{t(`method.${p.method}`)}</td>
            <td>
              <When at={p.paidAt ?? p.createdAt} format="date" />
            </td>
            <td className={classes.end}>
              <Money minor={p.amount.minor} currency={p.amount.currency} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Lessons({ enrollment: e }: { enrollment: EnrollmentDetail }) {
  const { t, i18n } = useTranslation("enrollments");
  return (
    <table className={classes.table}>
      <tbody>
        {e.lessons.map((lesson) => (
          <tr key={lesson.id}>
            <td>{lesson.title}</td>
            <td className={classes.dim}>
              {lesson.completedAt ? <When at={lesson.completedAt} format="date" /> : t("page.open")}
            </td>
            <td className={classes.end}>
              {lesson.timeSpent > 0 && formatSpan(lesson.timeSpent, i18n.language)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Runs({ enrollment: e }: { enrollment: EnrollmentDetail }) {
  const { t } = useTranslation("enrollments");
  return (
    <table className={classes.table}>
      <tbody>
        {e.history.map((run) => (
          <tr key={run.attempt}>
            <td>{t("page.run", { attempt: run.attempt })}</td>
            <td>
              <StatusDot kind="enrollment" status={run.status} />
            </td>
            <td>
              <When at={run.enrolledAt} format="date" />
              {run.endedAt && (
                <>
                  {" – "}
                  <When at={run.endedAt} format="date" />
                </>
              )}
            </td>
            <td className={classes.dim}>{run.reason}</td>
            <td className={classes.end}>{run.progress === null ? "" : `${Math.floor(run.progress)} %`}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
