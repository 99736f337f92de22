/** What still stands in the way of publishing, each with the way to where it is written. */
import { useTranslation } from "react-i18next";
import type { CourseDetail } from "@/bindings/CourseDetail";
import { TextLink } from "@/design";
import classes from "./courses.module.css";

const WORDS = ["description", "category", "level", "priceMinor", "curriculum"] as const;

export function Missing({ course }: { course: CourseDetail }) {
  const { t } = useTranslation("courses");
  return (
    <section className={classes.missing} aria-label={t("missing.title")}>
      <h2>{t("missing.title")}</h2>
      <ul>
        {course.missing.map(({ field, message }) => {
          const known = WORDS.find((word) => word === field);
          const text = known ? t(`missing.${known}`) : message;
          return (
            <li key={field}>
              {field === "curriculum" ? (
                <TextLink to="/courses/$courseId/curriculum" params={{ courseId: course.id }} state>
                  {text}
                </TextLink>
              ) : (
                <TextLink
                  to="/courses/$courseId/edit"
                  params={{ courseId: course.id }}
                  search={{ field }}
                  state
                >
                  {text}
                </TextLink>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
