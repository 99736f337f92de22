/** The course as a whole: completion or what is still to do, assessments, materials, notes, the review. */
import { ActionIcon, CopyButton, Tooltip } from "@mantine/core";
import { IconCertificate, IconCheck, IconCopy, IconFile } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { LearningView } from "@/bindings/LearningView";
import type { MaterialDto } from "@/bindings/MaterialDto";
import { EmptyState, LinkButton, Section } from "@/design";
import { DueLink } from "./DueLink";
import classes from "./learning.module.css";
import { type Known, toDoOf } from "./lessons";
import { NoteList } from "./Notes";
import { Review } from "./Review";

interface OverviewProps {
  view: LearningView;
  lessons: Known[];
  onGo: (lesson: string) => void;
}

export function Overview({ view, lessons, onGo }: OverviewProps) {
  const { t } = useTranslation("learning");
  return (
    <div className={classes.page}>
      {view.status === "completed" ? (
        <Completed view={view} />
      ) : (
        <ToGo view={view} lessons={lessons} onGo={onGo} />
      )}
      {lessons.length === 0 && <EmptyState title={t("learn.noLessons")} body={t("learn.noLessonsBody")} />}
      {view.results.length > 0 && (
        <Section title={t("results.title")}>
          <Results view={view} />
        </Section>
      )}
      {view.materials.length > 0 && (
        <Section title={t("materials.title")}>
          <ul className={classes.materials}>
            {view.materials.map((material, at) => (
              <Material key={material.id ?? at} material={material} />
            ))}
          </ul>
        </Section>
      )}
      {view.notes.length > 0 && (
        <Section title={t("notes.all")}>
          <NoteList view={view} notes={view.notes} lessons={lessons} />
        </Section>
      )}
      {(view.mayReview || view.reviewRating !== null) && <Review view={view} />}
    </div>
  );
}

function Completed({ view }: { view: LearningView }) {
  const { t, i18n } = useTranslation("learning");
  return (
    <section className={classes.completed} aria-labelledby="completed">
      <IconCertificate size={30} stroke={1.2} aria-hidden="true" />
      <h2 id="completed">{t("completed.title")}</h2>
      <p className={classes.completedCourse}>{view.course.title}</p>
      {view.finalScore !== null && (
        <p className={classes.dim}>
          {t("completed.score", {
            score: (view.finalScore / 100).toLocaleString(i18n.language, {
              style: "percent",
              maximumFractionDigits: 1,
            }),
          })}
        </p>
      )}
      {view.certificateId && (
        <>
          <p className={classes.dim}>
            {view.certificateRevoked ? t("completed.revoked") : t("completed.certificate")}
          </p>
          <LinkButton
            to="/certificates/$enrollmentId"
            params={{ enrollmentId: view.enrollment }}
            variant={view.certificateRevoked ? "default" : "filled"}
          >
            {t("completed.show")}
          </LinkButton>
        </>
      )}
    </section>
  );
}

function ToGo({ view, lessons, onGo }: OverviewProps) {
  const { t } = useTranslation("learning");
  if (view.status === "cancelled" || view.status === "refunded") {
    return (
      <section className={classes.head}>
        <h2 className={classes.readTitle}>{t("learn.overview")}</h2>
        <p className={classes.prose}>{t(`lesson.closed.${view.status}`)}</p>
      </section>
    );
  }
  const steps = toDoOf(view);
  const undone = lessons.filter((one) => !one.completedAt && one.open);
  const next = (undone.find((one) => one.id === view.currentLesson) ?? undone[0])?.id;
  return (
    <section className={classes.head}>
      <h2 className={classes.readTitle}>{t("toDo.title")}</h2>
      {steps.length === 0 ? (
        <p className={classes.prose}>{t("toDo.nothing")}</p>
      ) : (
        <ul className={classes.toDo}>
          {steps.map((step) => (
            <li key={step.kind === "pass" ? step.assessment.assessmentId : step.kind}>
              {step.kind === "pay" && view.due && (
                <DueLink enrollment={view.enrollment} due={view.due}>
                  {t("toDo.pay")}
                </DueLink>
              )}
              {step.kind === "lessons" &&
                (next ? (
                  <button type="button" className={classes.asLink} onClick={() => onGo(next)}>
                    {t("toDo.lessons", { count: step.left })}
                  </button>
                ) : (
                  t("toDo.lessons", { count: step.left })
                ))}
              {step.kind === "pass" &&
                t("toDo.pass", {
                  title: step.assessment.title,
                  pass: step.assessment.passScore,
                  max: step.assessment.maxScore,
                })}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Results({ view }: { view: LearningView }) {
  const { t, i18n } = useTranslation("learning");
  const number = (n: number) => n.toLocaleString(i18n.language);
  return (
    <table className={classes.table}>
      <thead>
        <tr>
          <th scope="col">{t("results.assessment")}</th>
          <th scope="col">{t("results.state")}</th>
          <th scope="col" className={classes.end}>
            {t("results.weight")}
          </th>
          <th scope="col" className={classes.end}>
            {t("results.score")}
          </th>
        </tr>
      </thead>
      <tbody>
        {view.results.map((result) => (
          <tr key={result.assessmentId}>
            <th scope="row">
              {result.title}
              {result.required && <span className={classes.required}>{t("results.required")}</span>}
            </th>
            <td className={classes.dim}>
              {result.score === null
                ? t("results.none", { pass: number(result.passScore) })
                : result.passed
                  ? t("results.passed")
                  : t("results.notPassed", { pass: number(result.passScore) })}
              {result.attempts > 1 && ` · ${t("results.attempts", { count: result.attempts })}`}
            </td>
            <td className={classes.end}>
              {(result.weight / 100).toLocaleString(i18n.language, { style: "percent" })}
            </td>
            <td className={classes.end}>
              {result.score === null ? "–" : number(result.score)} / {number(result.maxScore)}
            </td>
          </tr>
        ))}
      </tbody>
      {view.finalScore !== null && (
        <tfoot>
          <tr>
            <th scope="row" colSpan={3}>
              {t("results.final")}
            </th>
            <td className={classes.end}>
              {(view.finalScore / 100).toLocaleString(i18n.language, {
                style: "percent",
                maximumFractionDigits: 1,
              })}
            </td>
          </tr>
        </tfoot>
      )}
    </table>
  );
}

const KINDS = ["video", "document", "code", "quiz", "assignment"] as const;

/** The window reaches no other address by itself: a link is there to be copied. */
function Material({ material }: { material: MaterialDto }) {
  const { t, i18n } = useTranslation("learning");
  const { t: td } = useTranslation("design");
  const kind = KINDS.find((one) => one === material.kind);
  const size =
    material.fileSize === null
      ? null
      : new Intl.NumberFormat(i18n.language, {
          style: "unit",
          unit: material.fileSize < 1_000_000 ? "kilobyte" : "megabyte",
          maximumFractionDigits: 1,
        }).format(material.fileSize / (material.fileSize < 1_000_000 ? 1_000 : 1_000_000));
  const about = [kind ? t(`materials.kind.${kind}`) : material.kind, material.duration, size];
  return (
    <li>
      <IconFile size={16} stroke={1.6} aria-hidden="true" />
      <div>
        <p className={classes.materialTitle}>{material.title ?? material.url}</p>
        <p className={classes.small}>{about.filter(Boolean).join(" · ")}</p>
        {material.description && <p className={classes.dim}>{material.description}</p>}
        {material.url && <p className={classes.url}>{material.url}</p>}
      </div>
      {material.url && (
        <CopyButton value={material.url}>
          {({ copied, copy }) => (
            <Tooltip label={copied ? td("copy.copied") : t("materials.copy")}>
              <ActionIcon
                aria-label={t("materials.copyOf", { title: material.title ?? material.kind })}
                onClick={copy}
              >
                {copied ? <IconCheck size={15} stroke={1.6} /> : <IconCopy size={15} stroke={1.6} />}
              </ActionIcon>
            </Tooltip>
          )}
        </CopyButton>
      )}
    </li>
  );
}
