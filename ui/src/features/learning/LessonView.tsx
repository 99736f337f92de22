/** The open lesson: what it is, marking it as done, and the student's notes at it. */
import { Button } from "@mantine/core";
import { IconArrowLeft, IconArrowRight, IconCheck, IconCircleCheckFilled } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { LearningView } from "@/bindings/LearningView";
import { formatSpan, When } from "@/design";
import { DueLink } from "./DueLink";
import { KIND_ICONS } from "./LessonList";
import classes from "./learning.module.css";
import { beside, type Known } from "./lessons";
import { Notes } from "./Notes";

interface LessonViewProps {
  view: LearningView;
  lesson: Known;
  lessons: Known[];
  /** The next lesson not done; null when this is the last of them. */
  next: string | null;
  onDone: () => void;
  /** Null: the overview. */
  onGo: (lesson: string | null) => void;
}

export function LessonView({ view, lesson, lessons, next, onDone, onGo }: LessonViewProps) {
  const { t, i18n } = useTranslation("learning");
  const Icon = KIND_ICONS[lesson.lesson.kind];
  const module = view.modules[lesson.module];
  const place = lessons.indexOf(lesson) + 1;
  const total = lessons.length;
  const learns = view.status === "active" || view.status === "completed";
  return (
    <article className={classes.page}>
      <p className={classes.crumb}>
        {module?.title} · {t("lesson.place", { place, total })}
      </p>
      <h2 className={classes.readTitle}>{lesson.lesson.title}</h2>
      <p className={classes.meta}>
        <span className={classes.kind}>
          <Icon size={15} stroke={1.6} /> {t(`lesson.kind.${lesson.lesson.kind}`)}
        </span>
        {lesson.lesson.duration && <span>{lesson.lesson.duration}</span>}
        {lesson.lesson.isFree && <span>{t("lesson.free")}</span>}
        {lesson.timeSpent > 0 && (
          <span>{t("lesson.spent", { time: formatSpan(lesson.timeSpent, i18n.language) })}</span>
        )}
      </p>
      {lesson.lesson.description ? (
        <div className={classes.prose}>
          {lesson.lesson.description.split(/\n{2,}/).map((paragraph, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: paragraphs of a fixed text
            <p key={at}>{paragraph}</p>
          ))}
        </div>
      ) : (
        <p className={classes.dim}>{t("lesson.noDescription")}</p>
      )}
      {lesson.open ? (
        <div className={classes.steps}>
          <Button
            variant="default"
            leftSection={<IconArrowLeft size={15} stroke={1.6} />}
            disabled={place <= 1}
            onClick={() => onGo(beside(lessons, lesson.id, -1))}
          >
            {t("lesson.previous")}
          </Button>
          <Button
            variant="default"
            rightSection={<IconArrowRight size={15} stroke={1.6} />}
            disabled={place >= total}
            onClick={() => onGo(beside(lessons, lesson.id, 1))}
          >
            {t("lesson.next")}
          </Button>
          <span className={classes.stretch} />
          {lesson.completedAt && (
            <span className={classes.isDone}>
              <IconCircleCheckFilled size={16} aria-hidden="true" /> {t("lesson.doneOn")}{" "}
              <When at={lesson.completedAt} />
            </span>
          )}
          {learns ? (
            // one button in one place, so that Enter walks through the course
            <Button
              leftSection={lesson.completedAt ? undefined : <IconCheck size={15} stroke={2} />}
              variant={lesson.completedAt && view.status === "completed" ? "default" : "filled"}
              onClick={lesson.completedAt ? () => onGo(next) : onDone}
            >
              {!lesson.completedAt ? t("lesson.markDone") : next ? t("lesson.goOn") : t("learn.overview")}
            </Button>
          ) : (
            <span className={classes.dim}>{t("lesson.notYet")}</span>
          )}
        </div>
      ) : (
        <div className={classes.closed}>
          <p>{t(`lesson.closed.${view.status}`)}</p>
          {view.due && (
            <p>
              <DueLink enrollment={view.enrollment} due={view.due}>
                {t("mine.due")}
              </DueLink>
            </p>
          )}
        </div>
      )}
      {lesson.open && <Notes key={lesson.id} view={view} lesson={lesson} />}
    </article>
  );
}
