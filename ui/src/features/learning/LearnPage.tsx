/**
 * One course as its student sees it: the lessons on the left, the open one on the right. The address names
 * the lesson, so that back and forward walk through what was read.
 */
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useCallback, useEffect, useEffectEvent } from "react";
import { useTranslation } from "react-i18next";
import { learningQuery, useCompleteLesson, useOpenLesson } from "@/backend/queries/learning";
import type { LearningView } from "@/bindings/LearningView";
import { EmptyState, ErrorState, LinkButton, PageSkeleton, toast } from "@/design";
import { LessonList } from "./LessonList";
import { LessonView } from "./LessonView";
import classes from "./learning.module.css";
import { beside, lessonsOf, nextUndone, withLessonDone } from "./lessons";
import { Overview } from "./Overview";
import { useSpentTime } from "./spentTime";

const OVERVIEW = "overview";

export function LearnPage() {
  const { t } = useTranslation("learning");
  const { enrollmentId } = useParams({ from: "/frame/learn/$enrollmentId" });
  const view = useQuery(learningQuery(enrollmentId));
  if (view.isPending) return <PageSkeleton />;
  if (view.isError) {
    if (view.error.code === "not-found") {
      return (
        <EmptyState
          page
          title={t("learn.missing")}
          action={
            <LinkButton to="/my-courses" variant="default">
              {t("title")}
            </LinkButton>
          }
        />
      );
    }
    return (
      <ErrorState page title={t("learn.failed")} error={view.error} onRetry={() => void view.refetch()} />
    );
  }
  return <Course key={view.data.enrollment} view={view.data} />;
}

/** Keys belong to what one types in, and to a dialog or menu while it is open. */
function typing(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.closest("input, textarea, select, [contenteditable], [role=dialog], [role=menu]") !== null
  );
}

function Course({ view }: { view: LearningView }) {
  const { t } = useTranslation("learning");
  const navigate = useNavigate();
  const search = useSearch({ from: "/frame/learn/$enrollmentId" });
  const lessons = lessonsOf(view);
  const wanted =
    search.lesson ?? (view.status === "active" || view.status === "pending" ? view.currentLesson : null);
  const lesson = wanted === OVERVIEW ? undefined : lessons.find((one) => one.id === wanted);

  const openLesson = useOpenLesson(view.enrollment);
  const complete = useCompleteLesson(view.enrollment, (before, args) =>
    withLessonDone(before, args.lesson, args.seconds, new Date().toISOString()),
  );

  const go = useCallback(
    (id: string | null, replace = false) =>
      void navigate({
        to: "/learn/$enrollmentId",
        params: { enrollmentId: view.enrollment },
        search: { lesson: id ?? OVERVIEW },
        replace,
      }),
    [navigate, view.enrollment],
  );

  const counts = view.status === "active" || view.status === "completed" || view.status === "pending";
  const spent = useSpentTime(lesson?.open && counts ? lesson.id : null, {
    send: (id, seconds) =>
      openLesson.mutate(
        { enrollment: view.enrollment, lesson: id, seconds },
        {
          // who locked the window or signed out cannot be told here, and has left the lesson anyway
          onError: (error) => error.code === "locked" || error.code === "signed-out" || toast.problem(error),
        },
      ),
  });

  const markDone = () => {
    if (!lesson) return;
    complete.mutate(
      { enrollment: view.enrollment, lesson: lesson.id, seconds: spent() },
      {
        onError: toast.problem,
        // the last step leads to where the completion is told
        onSuccess: (after) => after.status === "completed" && view.status !== "completed" && go(null),
      },
    );
  };

  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if ((event.key !== "j" && event.key !== "k") || event.ctrlKey || event.metaKey || event.altKey) return;
    if (typing(event.target)) return;
    event.preventDefault();
    go(beside(lessons, lesson?.id ?? null, event.key === "j" ? 1 : -1), true);
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => onKey(event);
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  }, []);

  const place = lesson ? lessons.indexOf(lesson) + 1 : 0;
  return (
    <div className={classes.learn}>
      <LessonList view={view} lessons={lessons} current={lesson?.id ?? null} onGo={go} />
      <div className={classes.reading} tabIndex={-1}>
        <p className="visually-hidden" role="status">
          {lesson
            ? t("learn.place", { place, total: lessons.length, title: lesson.lesson.title })
            : t("learn.overview")}
        </p>
        {lesson ? (
          <LessonView
            view={view}
            lesson={lesson}
            lessons={lessons}
            next={nextUndone(lessons, lesson.id)}
            onDone={markDone}
            onGo={go}
          />
        ) : (
          <Overview view={view} lessons={lessons} onGo={go} />
        )}
      </div>
    </div>
  );
}
