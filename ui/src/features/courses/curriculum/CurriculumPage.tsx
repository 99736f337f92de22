/** The outline editor of one course: the outline on the left, what one chose on the right, saved by itself. */
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useBlocker, useParams } from "@tanstack/react-router";
import { useEffect, useEffectEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { courseQuery } from "@/backend/queries/courses";
import { useSession } from "@/backend/queries/session";
import type { CourseDetail } from "@/bindings/CourseDetail";
import {
  BackLink,
  EmptyState,
  ErrorState,
  formatSpan,
  PageSkeleton,
  SaveState,
  StatusDot,
  TextLink,
  useConfirm,
} from "@/design";
import { total } from "../duration";
import { Outline as OutlineView } from "../Outline";
import classes from "./curriculum.module.css";
import { Details } from "./Details";
import { Disputed } from "./Disputed";
import { OutlineEditor } from "./OutlineEditor";
import { find, rows } from "./outline";
import { useOutline } from "./useOutline";

export function CurriculumPage() {
  const { t } = useTranslation("courses");
  const { courseId } = useParams({ from: "/frame/courses/$courseId/curriculum" });
  const course = useQuery({ ...courseQuery(courseId), refetchOnMount: "always" });
  if (course.isError && !course.data) {
    if (course.error.code === "not-found") return <EmptyState page title={t("page.missing")} />;
    return (
      <ErrorState page title={t("page.failed")} error={course.error} onRetry={() => void course.refetch()} />
    );
  }
  if (!course.data) return <PageSkeleton />;
  if (!course.data.verbs.edit) return <EmptyState page title={t("edit.notYours")} />;
  return <Editor key={courseId} course={course.data} />;
}

function Editor({ course }: { course: CourseDetail }) {
  const { t, i18n } = useTranslation("courses");
  const confirm = useConfirm();
  const user = useSession()?.user ?? "";
  const state = useOutline(course, user);
  const { outline, theirs } = state;
  const [chosen, choose] = useState<string | null>(outline[0]?.key ?? null);
  const row = chosen === null ? undefined : find(outline, chosen);

  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "s" || event.altKey) return;
    event.preventDefault();
    if (document.activeElement instanceof HTMLElement && document.activeElement.closest("aside")) {
      // a detail is taken over when its input is left
      const input = document.activeElement;
      input.blur();
      input.focus();
    }
    void state.saveNow();
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKey(event);
    window.addEventListener("keydown", listener);
    return () => window.removeEventListener("keydown", listener);
  }, []);

  useBlocker({
    shouldBlockFn: async ({ next }) => {
      // the window locks without asking; what is not saved is kept until it is opened again
      if (next.routeId.startsWith("/entry") || (await state.saveNow())) return false;
      const leave = await confirm({
        title: t("curriculum.leaveTitle", { title: course.fields.title }),
        body: t("curriculum.leaveBody"),
        verb: t("edit.leaveVerb"),
      });
      if (leave) state.abandon();
      return !leave;
    },
    enableBeforeUnload: false,
  });

  const lessons = rows(outline).flatMap((each) => (each.kind === "lesson" ? [each.lesson] : []));
  const time = total(lessons.map((lesson) => lesson.duration));
  return (
    <div className={classes.page}>
      <header className={classes.head}>
        <div className={classes.headText}>
          <BackLink>
            <TextLink to="/courses/$courseId" params={{ courseId: course.id }} state>
              {course.fields.title}
            </TextLink>
          </BackLink>
          <div className={classes.titleLine}>
            <h1>{t("curriculum.title")}</h1>
            <StatusDot kind="course" status={course.status} />
          </div>
        </div>
        <div className={classes.headRight}>
          <span className={classes.sum}>
            {t("curriculum.sum", {
              modules: t("curriculum.modules", { count: outline.length }),
              lessons: t("card.lessons", { count: lessons.length }),
            })}
            {time > 0 && ` · ${formatSpan(time, i18n.language)}`}
          </span>
          <span className={classes.saving}>
            {/* a conflict has its own words below */}
            <SaveState saving={theirs ? { state: "waiting" } : state.saving} />
          </span>
          {state.saving.state === "failed" && !theirs && (
            <Button size="xs" variant="default" onClick={() => void state.saveNow()}>
              {t("curriculum.tryAgain")}
            </Button>
          )}
        </div>
      </header>
      {theirs && (
        <Disputed title={course.fields.title} onTheirs={state.takeTheirs} onTogether={state.bringTogether} />
      )}
      <div className={classes.split}>
        <OutlineEditor state={state} chosen={chosen} onChoose={choose} />
        <aside
          className={classes.details}
          aria-label={theirs ? t("conflict.theirs") : t("curriculum.details")}
        >
          {theirs ? (
            <>
              <h2>{t("conflict.theirs")}</h2>
              <OutlineView modules={theirs.curriculum} />
            </>
          ) : row ? (
            <Details key={row.key} row={row} state={state} />
          ) : (
            <p className={classes.dim}>{t("curriculum.chooseHint")}</p>
          )}
        </aside>
      </div>
    </div>
  );
}
