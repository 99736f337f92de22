/** The steps of a course into the catalog and out of it; asked once where something is taken away. */
import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { BackendError } from "@/backend/error";
import { courseQuery, useChangeCourse } from "@/backend/queries/courses";
import type { CourseDetail } from "@/bindings/CourseDetail";
import { toast, useConfirm } from "@/design";

export type Step = "submit" | "publish" | "unpublish" | "archive" | "restore";

const ASKED: ReadonlySet<Step> = new Set(["unpublish", "archive"]);

export function useSteps(course: CourseDetail) {
  const { t } = useTranslation("courses");
  const client = useQueryClient();
  const confirm = useConfirm();
  const steps = {
    submit: useChangeCourse("course_submit"),
    publish: useChangeCourse("course_publish"),
    unpublish: useChangeCourse("course_unpublish"),
    archive: useChangeCourse("course_archive"),
    restore: useChangeCourse("course_restore"),
  };
  const take = async (step: Step) => {
    const { title } = course.fields;
    if (ASKED.has(step)) {
      const asked = step as "unpublish" | "archive";
      const question = {
        title: t(`step.${asked}Title`, { title }),
        body: t(`step.${asked}Body`),
        verb: t(`verb.${asked}`),
      };
      if (!(await confirm(question))) return;
    }
    try {
      await steps[step].mutateAsync({ id: course.id, rev: course.rev });
      toast.done((t) => t(`courses:step.${step}Done`, { title }));
    } catch (thrown) {
      toast.problem(thrown);
      // somebody was faster: show what is there now, so that the next press is about that
      if (BackendError.from(thrown).code === "stale") {
        await client.invalidateQueries({ queryKey: courseQuery(course.id).queryKey });
      }
    }
  };
  return { take, taking: Object.values(steps).some((step) => step.isPending) };
}
