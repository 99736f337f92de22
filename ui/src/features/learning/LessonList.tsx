/** The course on the left: how far, the overview, and its lessons by module with what is done. */
import {
  IconCircle,
  IconCircleCheckFilled,
  IconClipboardList,
  IconFileText,
  IconHelpCircle,
  IconLock,
  IconPencil,
  IconPlayerPlay,
} from "@tabler/icons-react";
import { type ComponentType, type KeyboardEvent, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { LearningView } from "@/bindings/LearningView";
import type { LessonKind } from "@/bindings/LessonKind";
import { BackLink, formatSpan, StatusDot, TextLink } from "@/design";
import classes from "./learning.module.css";
import { type Known, lessonsOf } from "./lessons";
import { Progress } from "./Progress";

export const KIND_ICONS: Record<LessonKind, ComponentType<{ size?: number; stroke?: number }>> = {
  video: IconPlayerPlay,
  text: IconFileText,
  quiz: IconHelpCircle,
  assignment: IconPencil,
};

interface LessonListProps {
  view: LearningView;
  lessons: Known[];
  current: string | null;
  /** Null: the overview. */
  onGo: (lesson: string | null) => void;
}

/** Arrows walk through the entries; which one is open follows. */
function walk(event: KeyboardEvent<HTMLElement>): void {
  const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
  if (by === 0) return;
  const entries = [...event.currentTarget.querySelectorAll<HTMLButtonElement>("button")];
  const at = entries.indexOf(event.target as HTMLButtonElement);
  const next = entries[at + by];
  if (at < 0 || !next) return;
  event.preventDefault();
  next.focus();
  next.click();
}

export function LessonList({ view, lessons, current, onGo }: LessonListProps) {
  const { t, i18n } = useTranslation("learning");
  const done = lessons.filter((one) => one.completedAt).length;
  const list = useRef<HTMLElement>(null);
  useEffect(() => {
    // the overview stands first
    if (current === null && list.current) list.current.scrollTop = 0;
  }, [current]);
  return (
    <div className={classes.outline}>
      <header className={classes.outlineHead}>
        <BackLink>
          <TextLink to="/my-courses">{t("title")}</TextLink>
        </BackLink>
        <h1 className={classes.outlineTitle}>{view.course.title}</h1>
        <p className={classes.meta}>
          <StatusDot kind="enrollment" status={view.status} />
          <span>{view.instructor.name}</span>
        </p>
        <Progress percent={view.progress} label={t("learn.progressOf", { course: view.course.title })} />
        <p className={classes.small}>
          {t("learn.lessonsDone", { done, count: lessons.length })}
          {view.timeSpent > 0 &&
            ` · ${formatSpan(Math.floor(view.timeSpent / 60) * 60 || view.timeSpent, i18n.language)}`}
        </p>
      </header>
      <nav ref={list} className={classes.lessons} aria-label={t("learn.lessons")} onKeyDown={walk}>
        <button
          type="button"
          className={classes.lesson}
          aria-current={current === null ? "page" : undefined}
          onClick={() => onGo(null)}
        >
          <IconClipboardList size={16} stroke={1.6} aria-hidden="true" />
          <span className={classes.lessonTitle}>{t("learn.overview")}</span>
        </button>
        {view.modules.map((module, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: modules have no other identity here
          <section key={at} aria-label={module.title}>
            <h2 className={classes.moduleTitle}>{module.title}</h2>
            <ol>
              {lessonsOf({ ...view, modules: [module] }).map((one) => (
                <li key={one.id}>
                  <Entry lesson={one} current={one.id === current} onGo={onGo} />
                </li>
              ))}
            </ol>
          </section>
        ))}
      </nav>
    </div>
  );
}

function Entry({
  lesson,
  current,
  onGo,
}: {
  lesson: Known;
  current: boolean;
  onGo: (lesson: string) => void;
}) {
  const { t } = useTranslation("learning");
  const place = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (current) place.current?.scrollIntoView({ block: "nearest" });
  }, [current]);
  const state = lesson.completedAt ? "done" : lesson.open ? "open" : "closed";
  const Icon = { done: IconCircleCheckFilled, open: IconCircle, closed: IconLock }[state];
  return (
    <button
      type="button"
      className={classes.lesson}
      data-state={state}
      aria-current={current ? "page" : undefined}
      ref={place}
      onClick={() => onGo(lesson.id)}
    >
      <Icon size={16} stroke={1.6} aria-hidden="true" />
      <span className={classes.lessonTitle}>{lesson.lesson.title}</span>
      <span className="visually-hidden">{t(`lesson.state.${state}`)}</span>
      {lesson.lesson.duration && <span className={classes.lessonLength}>{lesson.lesson.duration}</span>}
    </button>
  );
}
