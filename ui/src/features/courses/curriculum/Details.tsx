/** What belongs to the chosen module or lesson besides its title. Taken over as one types. */
import { SegmentedControl, Switch, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { LessonKind } from "@/bindings/LessonKind";
import { FormFields, formatSpan } from "@/design";
import { seconds, tidyDuration, total } from "../duration";
import { LESSON_KINDS } from "../terms";
import classes from "./curriculum.module.css";
import { type Change, type Row, update } from "./outline";
import type { OutlineState } from "./useOutline";

export function Details({ row, state }: { row: Row; state: OutlineState }) {
  const { t, i18n } = useTranslation("courses");
  const change = (change: Change) => state.change(update(state.outline, row.key, change));
  const issue = state.issue?.key === row.key ? state.issue.message : null;
  const part = row.kind === "module" ? row.module : row.lesson;
  const place =
    row.kind === "module"
      ? t("curriculum.module", { number: row.m + 1 })
      : t("curriculum.lesson", { number: `${row.m + 1}.${row.l + 1}` });
  const untitled = t(row.kind === "module" ? "curriculum.untitledModule" : "curriculum.untitledLesson");
  return (
    <>
      <p className={classes.place}>{place}</p>
      <h2 className={classes.detailsTitle}>{part.title || untitled}</h2>
      {issue && (
        <p className={classes.issue} role="alert">
          {issue}
        </p>
      )}
      <FormFields>
        {row.kind === "lesson" && (
          <>
            <SegmentedControl
              fullWidth
              size="xs"
              aria-label={t("curriculum.kind")}
              value={row.lesson.kind}
              onChange={(kind) => change({ kind: kind as LessonKind })}
              data={LESSON_KINDS.map((kind) => ({ value: kind, label: t(`kind.${kind}`) }))}
            />
            <Duration value={row.lesson.duration} onChange={(duration) => change({ duration })} />
            <Switch
              label={t("curriculum.isFree")}
              description={t("curriculum.isFreeHint")}
              checked={row.lesson.isFree}
              onChange={(event) => change({ isFree: event.currentTarget.checked })}
            />
          </>
        )}
        {row.kind === "module" && (
          <>
            <p className={classes.dim}>
              {t("card.lessons", { count: row.module.lessons.length })}
              {" · "}
              {formatSpan(total(row.module.lessons.map((lesson) => lesson.duration)), i18n.language)}
            </p>
            <TextInput
              label={t("curriculum.moduleDuration")}
              description={t("curriculum.moduleDurationHint")}
              inputWrapperOrder={["label", "input", "error", "description"]}
              maxLength={50}
              value={row.module.duration ?? ""}
              onChange={(event) => change({ duration: event.currentTarget.value || null })}
            />
          </>
        )}
        <Textarea
          label={t("curriculum.description")}
          autosize
          minRows={4}
          maxRows={16}
          maxLength={2000}
          value={part.description ?? ""}
          onChange={(event) => change({ description: event.currentTarget.value || null })}
        />
      </FormFields>
    </>
  );
}

/** Taken over when it reads as a duration; until then it says what it wants. */
function Duration({ value, onChange }: { value: string | null; onChange: (value: string | null) => void }) {
  const { t } = useTranslation("courses");
  const [text, setText] = useState(value ?? "");
  const [wrong, setWrong] = useState(false);
  const take = (typed: string) => {
    const next = tidyDuration(typed);
    const fits = next === "" || seconds(next) !== null;
    if (fits && (next || null) !== value) onChange(next || null);
    return { next, fits };
  };
  return (
    <TextInput
      label={t("curriculum.duration")}
      placeholder="15:00"
      description={t("curriculum.durationHint")}
      inputWrapperOrder={["label", "input", "error", "description"]}
      maxLength={9}
      value={text}
      error={wrong && t("curriculum.durationWrong")}
      onChange={(event) => {
        const typed = event.currentTarget.value;
        setText(typed);
        if (typed.includes(":") || typed === "") {
          const { fits } = take(typed);
          if (fits) setWrong(false);
        }
      }}
      onBlur={() => {
        const { next, fits } = take(text);
        setText(next);
        setWrong(!fits && next !== value);
      }}
    />
  );
}
