/** The outline as one reads it: modules, their lessons, how long they take, which are free to look at. */
import { IconClipboardCheck, IconFileText, IconListCheck, IconPlayerPlay } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { LessonKind } from "@/bindings/LessonKind";
import type { ModuleDto } from "@/bindings/ModuleDto";
import { formatSpan } from "@/design";
import classes from "./courses.module.css";
import { total } from "./duration";

const ICONS = {
  video: IconPlayerPlay,
  text: IconFileText,
  quiz: IconListCheck,
  assignment: IconClipboardCheck,
} as const satisfies Record<LessonKind, unknown>;

export function LessonIcon({ kind }: { kind: LessonKind }) {
  const Icon = ICONS[kind];
  return <Icon size={15} stroke={1.6} aria-hidden="true" />;
}

export function Outline({ modules }: { modules: ModuleDto[] }) {
  const { t, i18n } = useTranslation("courses");
  if (modules.length === 0) return <p className={classes.dim}>{t("page.noOutline")}</p>;
  return (
    <ol className={classes.outline}>
      {modules.map((module, m) => {
        const time = total(module.lessons.map((lesson) => lesson.duration));
        return (
          <li key={module.id ?? m}>
            <div className={classes.module}>
              <h3>
                <span className={classes.number}>{m + 1}</span>
                {module.title}
              </h3>
              <span className={classes.small}>
                {t("card.lessons", { count: module.lessons.length })}
                {time > 0 && ` · ${formatSpan(time, i18n.language)}`}
              </span>
            </div>
            {module.description && <p className={classes.moduleText}>{module.description}</p>}
            <ol className={classes.lessons}>
              {module.lessons.map((lesson, l) => (
                <li key={lesson.id ?? l}>
                  <LessonIcon kind={lesson.kind} />
                  <span className={classes.lesson}>
                    {lesson.title}
                    <span className="visually-hidden"> ({t(`kind.${lesson.kind}`)})</span>
                  </span>
                  {lesson.isFree && <span className={classes.free}>{t("lesson.free")}</span>}
                  <span className={classes.length}>{lesson.duration}</span>
                </li>
              ))}
            </ol>
          </li>
        );
      })}
    </ol>
  );
}
