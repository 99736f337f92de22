/**
 * A day, typed or picked, that is not after today: `YYYY-MM-DD`, or the text itself while it is no day
 * (`TypedDay`). What cannot be read stays in the field and is said there, never taken for no day.
 */
import { DateInput, type DateInputProps } from "@mantine/dates";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { dayExample, isDay, parseDay, readDay, type TypedDay, today } from "./day";

interface DayInputProps extends Omit<DateInputProps, "value" | "defaultValue" | "onChange" | "dateParser"> {
  value?: TypedDay;
  onChange?: (typed: TypedDay) => void;
}

export function DayInput({ value = null, onChange, onBlur, error, ...props }: DayInputProps) {
  const { i18n } = useTranslation();
  const problem = useDayProblem();
  const [typing, setTyping] = useState(false);
  const readable = value === null || isDay(value);
  return (
    <DateInput
      valueFormat="D MMMM YYYY"
      maxDate={today()}
      clearable
      {...props}
      error={error ?? (typing ? null : problem(value))}
      dateParser={(text) => parseDay(text, i18n.language)}
      // what cannot be read is not replaced by what could be read before
      fixOnBlur={readable}
      value={isDay(value) ? value : null}
      onChange={(day) => onChange?.(day)}
      onInput={(event) => {
        setTyping(true);
        onChange?.(readDay(event.currentTarget.value, i18n.language));
      }}
      onBlur={(event) => {
        setTyping(false);
        onBlur?.(event);
      }}
    />
  );
}

/** What to say at a field for a day that cannot be taken; null when it can, or is empty. For `validate`. */
export function useDayProblem(): (typed: TypedDay) => string | null {
  const { t, i18n } = useTranslation("design");
  return (typed) => {
    if (typed === null) return null;
    if (!isDay(typed)) return t("day.unreadable", { text: typed, example: dayExample(i18n.language) });
    return typed > today() ? t("day.notYet") : null;
  };
}
