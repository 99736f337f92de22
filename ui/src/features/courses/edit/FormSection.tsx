/** A part of the course form, reachable from the list at its side. */
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import classes from "../courses.module.css";

export const SECTIONS = [
  "basics",
  "price",
  "content",
  "length",
  "teaching",
  "assessments",
  "materials",
  "web",
] as const;

export function FormSection({ name, children }: { name: (typeof SECTIONS)[number]; children: ReactNode }) {
  const { t } = useTranslation("courses");
  return (
    <section
      id={`section-${name}`}
      tabIndex={-1}
      className={classes.formSection}
      aria-labelledby={`title-${name}`}
    >
      <h2 id={`title-${name}`}>{t(`section.${name}`)}</h2>
      {children}
    </section>
  );
}
