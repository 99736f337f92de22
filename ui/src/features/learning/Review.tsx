/** What the student thinks of the course: stars by mouse or arrow keys, and a comment. */
import { Button, Textarea } from "@mantine/core";
import { IconStar, IconStarFilled } from "@tabler/icons-react";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSaveReview } from "@/backend/queries/learning";
import type { LearningView } from "@/bindings/LearningView";
import { FormProblem, Section, toast, useBackendForm } from "@/design";
import classes from "./learning.module.css";

const LONGEST = 2_000;

export function Review({ view }: { view: LearningView }) {
  const { t } = useTranslation("learning");
  const save = useSaveReview(view.enrollment);
  const { form, formProps, pending, problem } = useBackendForm({
    initialValues: { rating: view.reviewRating ?? 0, comment: view.reviewComment ?? "" },
    validate: {
      rating: (v) => (v >= 1 && v <= 5 ? null : t("review.needed")),
      comment: (v) => ([...v].length <= LONGEST ? null : t("review.tooLong", { most: LONGEST })),
    },
    submit: (values) =>
      save.mutateAsync({
        enrollment: view.enrollment,
        rating: values.rating,
        comment: values.comment.trim() || null,
      }),
    onDone: () => toast.done((t) => t("learning:review.done")),
    draft: `review ${view.enrollment}`,
  });
  return (
    <Section title={t("review.title")}>
      {view.mayReview ? (
        <form {...formProps} className={classes.review}>
          <Stars
            label={t("review.stars")}
            value={form.values.rating}
            onChange={(rating) => form.setFieldValue("rating", rating)}
            error={form.errors.rating}
          />
          <Textarea
            label={t("review.comment")}
            description={t("review.public")}
            autosize
            minRows={3}
            maxRows={12}
            {...form.getInputProps("comment")}
          />
          <FormProblem problem={problem} />
          <div>
            <Button type="submit" variant="default" loading={pending}>
              {view.reviewRating === null ? t("review.save") : t("review.change")}
            </Button>
          </div>
        </form>
      ) : (
        <>
          <p>{t("review.given", { count: view.reviewRating ?? 0 })}</p>
          {view.reviewComment && <p className={classes.dim}>{view.reviewComment}</p>}
        </>
      )}
    </Section>
  );
}

interface StarsProps {
  label: string;
  value: number;
  onChange: (value: number) => void;
  error?: React.ReactNode;
}

/** Five radio buttons that look like stars: the arrow keys choose, as in every radio group. */
export function Stars({ label, value, onChange, error }: StarsProps) {
  const { t } = useTranslation("learning");
  const name = useId();
  const [over, setOver] = useState(0);
  const shown = over || value;
  return (
    <fieldset className={classes.stars} aria-describedby={error ? `${name}-error` : undefined}>
      <legend>{label}</legend>
      <div className={classes.starRow}>
        {[1, 2, 3, 4, 5].map((stars) => (
          <label
            key={stars}
            data-on={stars <= shown || undefined}
            onMouseEnter={() => setOver(stars)}
            onMouseLeave={() => setOver(0)}
          >
            <input
              type="radio"
              className="visually-hidden"
              name={name}
              value={stars}
              checked={value === stars}
              onChange={() => onChange(stars)}
            />
            {stars <= shown ? <IconStarFilled size={22} /> : <IconStar size={22} stroke={1.4} />}
            <span className="visually-hidden">{t("review.star", { count: stars })}</span>
          </label>
        ))}
      </div>
      {error && (
        <p id={`${name}-error`} className={classes.fieldError}>
          {error}
        </p>
      )}
    </fieldset>
  );
}
