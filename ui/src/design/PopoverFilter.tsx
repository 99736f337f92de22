/** A filter that opens something to set it with: days, or what the list brings. */
import { Popover, Skeleton } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { useSpoken } from "@/i18n/spoken";
import classes from "./FilterBar.module.css";
import { formatDays } from "./time";

const DateRange = lazy(() => import("./DateRange"));

export function DatesFilter({
  spec,
  values,
  onChange,
}: {
  spec: { id: string; label: string };
  values: string[];
  onChange: (values: string[]) => void;
}) {
  const { language } = useSpoken();
  return (
    <PopoverFilter label={spec.label} value={values[0]} show={(value) => formatDays(value, language)}>
      <Suspense fallback={<Skeleton h={240} w={250} />}>
        <DateRange value={values[0]} label={spec.label} onChange={(next) => onChange(next ? [next] : [])} />
      </Suspense>
    </PopoverFilter>
  );
}

export function PopoverFilter({
  label,
  value,
  show,
  children,
}: {
  label: string;
  value: string | undefined;
  show: (value: string) => string;
  children: ReactNode;
}) {
  const [open, setOpen] = useState(false);
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-start" trapFocus withinPortal={false}>
      <Popover.Target>
        <button
          type="button"
          className={classes.filter}
          data-set={value ? true : undefined}
          onClick={() => setOpen((was) => !was)}
        >
          {label}
          {value && <span className={classes.value}>{show(value)}</span>}
          <IconChevronDown size={12} stroke={1.9} aria-hidden="true" />
        </button>
      </Popover.Target>
      <Popover.Dropdown>{children}</Popover.Dropdown>
    </Popover>
  );
}
