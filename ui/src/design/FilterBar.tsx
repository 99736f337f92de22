/**
 * Narrowing a list: text (debounced), choices, dates, what is set shown in the button itself; saved views
 * kept on this computer. The values live in the address through `useListSearch`.
 */
import { Button } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { ChoiceFilter } from "./ChoiceFilter";
import classes from "./FilterBar.module.css";
import type { FilterSpec, FilterValue } from "./filters";
import type { Sort } from "./listSearch";
import { DatesFilter, PopoverFilter } from "./PopoverFilter";
import { SavedViews } from "./SavedViews";
import { SearchField } from "./SearchField";

interface FilterBarProps extends FilterValue {
  /** The list's id: views are saved under it. */
  id: string;
  /** Placeholder and accessible name of the search field; absent means no text search. */
  searchLabel?: string;
  specs: FilterSpec[];
  sort?: Sort;
  onChange: (next: FilterValue & { sort?: Sort | undefined }) => void;
  /** On the right: a switch between table and cards, for instance. */
  children?: ReactNode;
}

export function FilterBar({ id, searchLabel, specs, q, filters, sort, onChange, children }: FilterBarProps) {
  const { t } = useTranslation("design");
  // what is typed and not sent yet goes with what it would have narrowed
  const [anew, setAnew] = useState(0);
  const replace: typeof onChange = (next) => {
    setAnew((n) => n + 1);
    onChange(next);
  };
  const set = specs.filter((spec) => filters[spec.id]?.length);
  const change = (name: string, values: string[]) => {
    const next = { ...filters };
    if (values.length > 0) next[name] = values;
    else delete next[name];
    onChange({ q, filters: next });
  };
  return (
    <div className={classes.bar} role="search" aria-label={t("filter.label")}>
      {searchLabel && (
        <SearchField
          key={anew}
          label={searchLabel}
          value={q}
          onChange={(text) => onChange({ q: text, filters })}
        />
      )}
      {specs.map((spec) => {
        const values = filters[spec.id] ?? [];
        if (spec.kind === "dates")
          return (
            <DatesFilter key={spec.id} spec={spec} values={values} onChange={(v) => change(spec.id, v)} />
          );
        if (spec.kind === "custom")
          return (
            <PopoverFilter key={spec.id} label={spec.label} value={values[0]} show={spec.show}>
              {spec.edit(values[0], (next) => change(spec.id, next ? [next] : []))}
            </PopoverFilter>
          );
        return (
          <ChoiceFilter key={spec.id} spec={spec} values={values} onChange={(v) => change(spec.id, v)} />
        );
      })}
      {(set.length > 0 || q !== "") && (
        <Button
          size="xs"
          variant="subtle"
          leftSection={<IconX size={13} stroke={1.8} />}
          onClick={() => replace({ q: "", filters: {} })}
        >
          {t("filter.clear")}
        </Button>
      )}
      <div className={classes.right}>
        <SavedViews id={id} value={{ q, filters, ...(sort ? { sort } : {}) }} onPick={replace} />
        {children}
      </div>
    </div>
  );
}
