/** The tables of an enrollment's page: results, payments, lessons, earlier runs. They show; the page has the verbs. */
import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { EnrollmentDetail } from "@/bindings/EnrollmentDetail";
import type { ResultDto } from "@/bindings/ResultDto";
import { formatPercent, formatSpan, Money, Section, StatusDot, TextLink, When } from "@/design";
import classes from "./enrollments.module.css";

export function Results({
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
                  {formatPercent(r.weight / 100, i18n.language, 2)}
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

export function Payments({ enrollment: e }: { enrollment: EnrollmentDetail }) {
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

export function Lessons({ enrollment: e }: { enrollment: EnrollmentDetail }) {
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

export function Runs({ enrollment: e }: { enrollment: EnrollmentDetail }) {
  const { t, i18n } = useTranslation("enrollments");
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
            <td className={classes.end}>
              {run.progress === null ? "" : formatPercent(Math.floor(run.progress) / 100, i18n.language)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
