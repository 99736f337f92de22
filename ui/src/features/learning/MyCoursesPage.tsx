/** A student's courses: those being learned first, then what waits for payment, what is completed, what ended. */
import { IconCertificate, IconShieldCheck } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { myCoursesQuery } from "@/backend/queries/learning";
import type { EnrollmentStatus } from "@/bindings/EnrollmentStatus";
import type { LearningCard } from "@/bindings/LearningCard";
import {
  EmptyState,
  ErrorState,
  LinkButton,
  Page,
  PageHeader,
  PageSkeleton,
  Section,
  StatusDot,
  TextLink,
  When,
} from "@/design";
import { DueLink } from "./DueLink";
import classes from "./learning.module.css";
import { Progress } from "./Progress";

const GROUPS: { id: "now" | "waiting" | "completed" | "ended"; statuses: EnrollmentStatus[] }[] = [
  { id: "now", statuses: ["active"] },
  { id: "waiting", statuses: ["pending"] },
  { id: "completed", statuses: ["completed"] },
  { id: "ended", statuses: ["cancelled", "refunded"] },
];

export function MyCoursesPage() {
  const { t } = useTranslation("learning");
  const mine = useQuery(myCoursesQuery);
  if (mine.isPending) return <PageSkeleton />;
  if (mine.isError) {
    return (
      <ErrorState page title={t("mine.failed")} error={mine.error} onRetry={() => void mine.refetch()} />
    );
  }
  if (mine.data.length === 0) {
    return (
      <EmptyState
        page
        title={t("mine.emptyTitle")}
        body={t("mine.emptyBody")}
        action={<LinkButton to="/catalog">{t("mine.catalog")}</LinkButton>}
      />
    );
  }
  const first = mine.data.find((card) => card.status === "active")?.enrollment;
  return (
    <Page>
      <PageHeader
        title={t("title")}
        actions={
          <>
            <LinkButton
              to="/verify"
              variant="subtle"
              leftSection={<IconShieldCheck size={15} stroke={1.6} />}
            >
              {t("mine.verify")}
            </LinkButton>
            <LinkButton to="/catalog" variant="default">
              {t("mine.catalog")}
            </LinkButton>
          </>
        }
      />
      {GROUPS.map((group) => {
        const cards = mine.data.filter((card) => group.statuses.includes(card.status));
        if (cards.length === 0) return null;
        return (
          <Section key={group.id} title={t(`mine.${group.id}`)}>
            <ul className={classes.courses}>
              {cards.map((card) => (
                <Course key={card.enrollment} card={card} primary={card.enrollment === first} />
              ))}
            </ul>
          </Section>
        );
      })}
    </Page>
  );
}

function Course({ card, primary }: { card: LearningCard; primary: boolean }) {
  const { t } = useTranslation("learning");
  const learns = card.status === "active" || card.status === "pending";
  return (
    <li
      className={classes.course}
      data-ended={card.status === "cancelled" || card.status === "refunded" || undefined}
    >
      <div className={classes.courseText}>
        <h3 className={classes.courseTitle}>
          <TextLink to="/learn/$enrollmentId" params={{ enrollmentId: card.enrollment }}>
            {card.course.title}
          </TextLink>
        </h3>
        <p className={classes.meta}>
          <StatusDot kind="enrollment" status={card.status} />
          <span>{card.instructor.name}</span>
          {card.status === "completed" && card.completedAt ? (
            <span>
              {t("mine.completedOn")} <When at={card.completedAt} format="date" />
            </span>
          ) : card.lastAccessAt ? (
            <span>
              {t("mine.lastOpened")} <When at={card.lastAccessAt} />
            </span>
          ) : (
            <span>
              {t("mine.enrolled")} <When at={card.enrolledAt} format="date" />
            </span>
          )}
        </p>
        {card.nextLesson && learns && (
          <p className={classes.next}>
            <span className={classes.dim}>{t("mine.next")}</span> {card.nextLesson}
          </p>
        )}
        {card.due && (
          <p className={classes.due}>
            <DueLink enrollment={card.enrollment} due={card.due}>
              {t("mine.due")}
            </DueLink>
            <span className={classes.dim}>{t("mine.dueHint")}</span>
          </p>
        )}
      </div>
      <div className={classes.courseProgress}>
        <Progress percent={card.progress} label={t("learn.progressOf", { course: card.course.title })} />
        <span className={classes.small}>
          {t("learn.lessonsDone", { done: card.lessonsDone, count: card.lessonsTotal })}
        </span>
      </div>
      <div className={classes.courseVerbs}>
        {card.certificateId && (
          <LinkButton
            to="/certificates/$enrollmentId"
            params={{ enrollmentId: card.enrollment }}
            variant="default"
            leftSection={<IconCertificate size={15} stroke={1.6} />}
          >
            {t("mine.certificate")}
          </LinkButton>
        )}
        {card.status === "active" && (
          <LinkButton
            to="/learn/$enrollmentId"
            params={{ enrollmentId: card.enrollment }}
            variant={primary ? "filled" : "default"}
          >
            {card.lessonsDone === 0 ? t("mine.start") : t("mine.continue")}
            <span className="visually-hidden">: {card.course.title}</span>
          </LinkButton>
        )}
      </div>
    </li>
  );
}
