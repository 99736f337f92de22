/** A filter by choices: a few that are listed, or many that are looked up while one types. */
import { Combobox, useCombobox } from "@mantine/core";
import { IconCheck, IconChevronDown } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import classes from "./FilterBar.module.css";
import type { FilterSpec, Option } from "./filters";

type ChoiceSpec = Exclude<FilterSpec, { kind: "dates" } | { kind: "custom" }>;

/** The name of the button: it says what stands on it, so that it can be spoken to, and all of it. */
const setTo = (label: string, named: string) => (named ? `${label}: ${named}` : label);

export function ChoiceFilter({
  spec,
  values,
  onChange,
}: {
  spec: ChoiceSpec;
  values: string[];
  onChange: (values: string[]) => void;
}) {
  const { t } = useTranslation("design");
  const lookup = spec.kind === "lookup";
  const [text, setText] = useState("");
  const [found, setFound] = useState<Option[] | null>(null);
  const names = useRef(new Map<string, string>());
  const dropdown = useRef<HTMLDivElement>(null);
  const combobox = useCombobox({
    onDropdownClose: () => {
      combobox.resetSelectedOption();
      setText("");
      // back to the button, unless somebody has gone on to something else by pressing there
      setTimeout(() => {
        const { activeElement } = document;
        if (activeElement === document.body || dropdown.current?.contains(activeElement)) {
          combobox.focusTarget();
        }
      });
    },
    onDropdownOpen: () => (searchable ? combobox.focusSearchInput() : undefined),
  });
  const opened = combobox.dropdownOpened;
  const searchable = lookup || spec.options.length > 8;

  const search = lookup ? spec.search : null;
  const latest = useRef(search);
  latest.current = search;
  useEffect(() => {
    if (!opened || !latest.current) return;
    let stale = false;
    const timer = setTimeout(async () => {
      const options = await (latest.current?.(text) ?? Promise.resolve([])).catch(() => []);
      if (stale) return;
      for (const option of options) names.current.set(option.value, option.label);
      setFound(options);
    }, 120);
    return () => {
      stale = true;
      clearTimeout(timer);
    };
  }, [opened, text]);

  const options = lookup
    ? (found ?? [])
    : spec.options.filter((option) => option.label.toLowerCase().includes(text.toLowerCase()));
  const nameOf = (value: string) =>
    lookup
      ? (names.current.get(value) ?? spec.labelOf?.(value) ?? value)
      : (spec.options.find((option) => option.value === value)?.label ?? value);
  const named = values.map(nameOf).join(", ");
  const many = values.length > 2;
  const single = lookup || spec.single === true;

  return (
    <Combobox
      store={combobox}
      width={232}
      withinPortal={false}
      position="bottom-start"
      onOptionSubmit={(value) => {
        const on = values.includes(value);
        if (single) {
          onChange(on ? [] : [value]);
          combobox.closeDropdown();
        } else {
          onChange(on ? values.filter((each) => each !== value) : [...values, value]);
        }
      }}
    >
      <Combobox.Target targetType="button">
        <button
          type="button"
          className={classes.filter}
          data-set={values.length > 0 || undefined}
          aria-label={setTo(spec.label, many ? `${values.length} (${named})` : named)}
          onClick={() => combobox.toggleDropdown()}
        >
          {spec.label}{" "}
          {values.length > 0 && <span className={classes.value}>{many ? values.length : named}</span>}
          <IconChevronDown size={12} stroke={1.9} aria-hidden="true" />
        </button>
      </Combobox.Target>
      <Combobox.Dropdown ref={dropdown}>
        {searchable && (
          <Combobox.Search
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
            placeholder={t("filter.find")}
            aria-label={`${spec.label}: ${t("filter.find")}`}
          />
        )}
        <Combobox.Options mah={280} className={classes.options} aria-label={spec.label}>
          {options.length === 0 && <Combobox.Empty>{t("filter.noOption")}</Combobox.Empty>}
          {options.map((option) => (
            <Combobox.Option
              key={option.value}
              value={option.value}
              selected={values.includes(option.value)}
              aria-selected={values.includes(option.value)}
            >
              <span className={classes.option}>
                <span>{option.label}</span>
                {values.includes(option.value) && <IconCheck size={14} stroke={2} aria-hidden="true" />}
              </span>
            </Combobox.Option>
          ))}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}
