/** A calendar for `from..to`. Loaded only when somebody asks for dates. */
import { DatePicker } from "@mantine/dates";

/** "2026-01-01..2026-03-31" → its two ends; an end may be missing. */
export function splitRange(value: string | undefined): [string | null, string | null] {
  const [from = "", to = ""] = (value ?? "").split("..");
  return [from || null, to || null];
}

export default function DateRange({
  value,
  label,
  onChange,
}: {
  value: string | undefined;
  label: string;
  onChange: (value: string | null) => void;
}) {
  return (
    <DatePicker
      type="range"
      allowSingleDateInRange
      aria-label={label}
      defaultValue={splitRange(value)}
      onChange={([from, to]) => {
        if (from && to) onChange(`${from}..${to}`);
        if (!from && !to) onChange(null);
      }}
    />
  );
}
