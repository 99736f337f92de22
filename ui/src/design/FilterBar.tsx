/**
 * Narrowing a list: text (debounced), choices, dates, what is set shown in the button itself; saved views
 * kept on this computer. The values live in the address through `useListSearch`.
 */
import {
  Button,
  CloseButton,
  Combobox,
  Menu,
  Popover,
  Skeleton,
  TextInput,
  useCombobox,
} from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconBookmark, IconCheck, IconChevronDown, IconSearch, IconTrash, IconX } from "@tabler/icons-react";
import { lazy, type ReactNode, Suspense, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import classes from "./FilterBar.module.css";
import type { Filters, Sort } from "./listSearch";
import { readStored, writeStored } from "./stored";

const DateRange = lazy(() => import("./DateRange"));

export interface Option {
  value: string;
  label: string;
}

export type FilterSpec =
  | { kind?: "choice"; id: string; label: string; options: Option[]; single?: boolean }
  /** Too many to list: asked for while one types. `labelOf` names a value that came with the address. */
  | {
      kind: "lookup";
      id: string;
      label: string;
      search: (text: string) => Promise<Option[]>;
      labelOf?: (value: string) => string | undefined;
    }
  /** Value is one text, `2026-01-01..2026-03-31`; either end may be empty. */
  | { kind: "dates"; id: string; label: string }
  /** Anything else whose value is one text: `edit` draws what opens, `show` says the value in the button. */
  | CustomSpec;

interface CustomSpec {
  kind: "custom";
  id: string;
  label: string;
  show: (value: string) => string;
  edit: (value: string | undefined, onChange: (next: string | undefined) => void) => ReactNode;
}

interface FilterValue {
  q: string;
  filters: Filters;
}

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
        <SearchField label={searchLabel} value={q} onChange={(text) => onChange({ q: text, filters })} />
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
          onClick={() => onChange({ q: "", filters: {} })}
        >
          {t("filter.clear")}
        </Button>
      )}
      <div className={classes.right}>
        <Views id={id} value={{ q, filters, ...(sort ? { sort } : {}) }} onPick={onChange} />
        {children}
      </div>
    </div>
  );
}

function SearchField({
  label,
  value,
  onChange,
}: {
  label: string;
  value: string;
  onChange: (q: string) => void;
}) {
  const { t } = useTranslation("design");
  const [text, setText] = useState(value);
  const sent = useRef(value);
  const send = useDebouncedCallback((next: string) => {
    sent.current = next;
    onChange(next);
  }, 160);
  // the address changed by itself: a saved view, "clear", the back button
  useEffect(() => {
    if (value !== sent.current) {
      sent.current = value;
      setText(value);
    }
  }, [value]);
  return (
    <TextInput
      className={classes.search}
      type="search"
      size="xs"
      value={text}
      placeholder={label}
      aria-label={label}
      leftSection={<IconSearch size={14} stroke={1.7} aria-hidden="true" />}
      rightSection={
        text !== "" && (
          <CloseButton
            size="xs"
            aria-label={t("filter.clearSearch")}
            onClick={() => {
              setText("");
              sent.current = "";
              onChange("");
            }}
          />
        )
      }
      onChange={(event) => {
        setText(event.currentTarget.value);
        send(event.currentTarget.value.trim());
      }}
      onKeyDown={(event) => {
        if (event.key === "Escape" && text !== "") {
          event.stopPropagation();
          setText("");
          sent.current = "";
          onChange("");
        }
      }}
    />
  );
}

type ChoiceSpec = Exclude<FilterSpec, { kind: "dates" } | { kind: "custom" }>;

function ChoiceFilter({
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
  const combobox = useCombobox({
    onDropdownClose: () => {
      combobox.resetSelectedOption();
      combobox.focusTarget();
      setText("");
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
  const summary = values.length > 2 ? `${values.length}` : values.map(nameOf).join(", ");
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
          aria-label={values.length > 0 ? `${spec.label}: ${values.map(nameOf).join(", ")}` : spec.label}
          onClick={() => combobox.toggleDropdown()}
        >
          {spec.label}
          {values.length > 0 && <span className={classes.value}>{summary}</span>}
          <IconChevronDown size={12} stroke={1.9} aria-hidden="true" />
        </button>
      </Combobox.Target>
      <Combobox.Dropdown>
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

function DatesFilter({
  spec,
  values,
  onChange,
}: {
  spec: { id: string; label: string };
  values: string[];
  onChange: (values: string[]) => void;
}) {
  return (
    <PopoverFilter label={spec.label} value={values[0]} show={(value) => value.replace("..", " – ")}>
      <Suspense fallback={<Skeleton h={240} w={250} />}>
        <DateRange value={values[0]} label={spec.label} onChange={(next) => onChange(next ? [next] : [])} />
      </Suspense>
    </PopoverFilter>
  );
}

function PopoverFilter({
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

interface View extends FilterValue {
  name: string;
  sort?: Sort;
}

function Views({
  id,
  value,
  onPick,
}: {
  id: string;
  value: FilterValue & { sort?: Sort };
  onPick: FilterBarProps["onChange"];
}) {
  const { t } = useTranslation("design");
  const [opened, setOpened] = useState(false);
  const [name, setName] = useState("");
  const [views, setViews] = useState<View[]>(
    () => readStored<{ views: View[] }>(`views.${id}`, { views: [] }).views,
  );
  const keep = (next: View[]) => {
    setViews(next);
    writeStored(`views.${id}`, { views: next });
  };
  const save = () => {
    const called = name.trim();
    if (called === "") return;
    keep([...views.filter((view) => view.name !== called), { name: called, ...value }]);
    setName("");
    setOpened(false);
  };
  return (
    <Popover
      opened={opened}
      onChange={setOpened}
      position="bottom-end"
      width={264}
      trapFocus
      withinPortal={false}
    >
      <Popover.Target>
        <Button
          size="xs"
          variant="subtle"
          leftSection={<IconBookmark size={14} stroke={1.7} />}
          onClick={() => setOpened((was) => !was)}
        >
          {t("filter.views")}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t("filter.savedViews")}>
        {views.length === 0 && <p className={classes.noViews}>{t("filter.noViews")}</p>}
        <ul className={classes.views}>
          {views.map((view) => (
            <li key={view.name}>
              <button
                type="button"
                className={classes.view}
                onClick={() => {
                  onPick({ q: view.q, filters: view.filters, sort: view.sort });
                  setOpened(false);
                }}
              >
                {view.name}
              </button>
              <button
                type="button"
                className={classes.drop}
                aria-label={t("filter.deleteView", { name: view.name })}
                onClick={() => keep(views.filter((each) => each.name !== view.name))}
              >
                <IconTrash size={14} stroke={1.7} aria-hidden="true" />
              </button>
            </li>
          ))}
        </ul>
        <form
          className={classes.saveView}
          onSubmit={(event) => {
            event.preventDefault();
            save();
          }}
        >
          <TextInput
            size="xs"
            value={name}
            placeholder={t("filter.viewName")}
            aria-label={t("filter.viewName")}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Button size="xs" type="submit" variant="default" disabled={name.trim() === ""}>
            {t("filter.save")}
          </Button>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}

/** A menu of verbs at the end of a `FilterBar` or header. */
export function VerbMenu({ label, children }: { label: ReactNode; children: ReactNode }) {
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button
          variant="default"
          rightSection={<IconChevronDown size={13} stroke={1.8} aria-hidden="true" />}
        >
          {label}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>{children}</Menu.Dropdown>
    </Menu>
  );
}
