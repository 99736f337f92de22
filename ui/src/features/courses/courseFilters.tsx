/** Narrowing courses: what stands in the address, as the backend asks for it, and the filter bar's choices. */
import { Button } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { instructorsQuery } from "@/backend/queries/people";
import type { Category } from "@/bindings/Category";
import type { CourseFilter } from "@/bindings/CourseFilter";
import type { CourseSort } from "@/bindings/CourseSort";
import type { CourseStatus } from "@/bindings/CourseStatus";
import type { Currency } from "@/bindings/Currency";
import type { Level } from "@/bindings/Level";
import {
  type FilterSpec,
  type Filters,
  formatAmount,
  type ListQuery,
  MoneyInput,
  type Sort,
  useMoney,
  useStatusWord,
} from "@/design";
import classes from "./courses.module.css";
import { formatRange, parseRange } from "./priceRange";
import { CATEGORIES, CURRENCIES, LEVELS, STATUSES } from "./terms";

/** The order when the address names none. */
export const BY_TITLE: Sort = { by: "title", dir: "asc" };

/** What an address asks of the lists of courses. The catalog shows what is published, whatever is asked. */
export function courseFilter(to: "/courses" | "/catalog", { q, filters, sort }: ListQuery): CourseFilter {
  const range = parseRange(filters.price?.[0]);
  return {
    text: q,
    categories: (filters.category ?? []) as Category[],
    levels: (filters.level ?? []) as Level[],
    statuses: to === "/catalog" ? ["published"] : ((filters.status ?? []) as CourseStatus[]),
    instructor: filters.instructor?.[0] ?? null,
    currency: (filters.currency?.[0] ?? null) as Currency | null,
    priceMin: range.min,
    priceMax: range.max,
    sort: sort.by as CourseSort,
    descending: sort.dir === "desc",
  };
}

export const coursesKey = (filter: CourseFilter) => ["courses", "list", filter] as const;

export function useCourseSpecs({
  statuses,
  filters,
}: {
  /** Whether the person sees more than what is published. */
  statuses: boolean;
  filters: Filters;
}): FilterSpec[] {
  const currency = filters.currency?.[0];
  const { t, i18n } = useTranslation("courses");
  const word = useStatusWord();
  const client = useQueryClient();
  const money = useMoney();
  // an address that names an instructor is told with their name
  const people = useQuery({ ...instructorsQuery, enabled: filters.instructor !== undefined });
  const amount = (minor: number) =>
    currency ? money(minor, currency) : formatAmount(minor, "EUR", i18n.language);
  return [
    {
      id: "category",
      label: t("field.category"),
      options: CATEGORIES.map((c) => ({ value: c, label: t(`category.${c}`) })),
    },
    {
      id: "level",
      label: t("field.level"),
      options: LEVELS.map((l) => ({ value: l, label: t(`level.${l}`) })),
    },
    ...(statuses
      ? [
          {
            id: "status",
            label: t("list.status"),
            options: STATUSES.map((s) => ({ value: s, label: word("course", s) })),
          },
        ]
      : []),
    {
      kind: "lookup",
      id: "instructor",
      label: t("list.instructor"),
      search: async (text) => {
        const all = await client.fetchQuery({ ...instructorsQuery, staleTime: 60_000 });
        const asked = text.trim().toLowerCase();
        return all
          .filter((person) => person.name.toLowerCase().includes(asked))
          .slice(0, 50)
          .map((person) => ({ value: person.id, label: person.name }));
      },
      labelOf: (id) => people.data?.find((person) => person.id === id)?.name,
    },
    {
      id: "currency",
      label: t("field.currency"),
      single: true,
      options: CURRENCIES.map((c) => ({ value: c, label: c })),
    },
    {
      kind: "custom",
      id: "price",
      label: t("field.price"),
      show: (value) => {
        const { min, max } = parseRange(value);
        if (min === 0 && max === 0) return t("price.free");
        if (min !== null && max !== null) return `${amount(min)} – ${amount(max)}`;
        if (min !== null) return t("price.from", { amount: amount(min) });
        return t("price.upTo", { amount: amount(max ?? 0) });
      },
      edit: (value, onChange) => <PriceRange value={value} currency={currency} onChange={onChange} />,
    },
  ];
}

function PriceRange({
  value,
  currency,
  onChange,
}: {
  value: string | undefined;
  currency: string | undefined;
  onChange: (next: string | undefined) => void;
}) {
  const { t } = useTranslation("courses");
  const range = parseRange(value);
  const sign = currency ? {} : { leftSection: null, leftSectionWidth: 10 };
  return (
    <div className={classes.range}>
      <div className={classes.rangePair}>
        <MoneyInput
          label={t("price.least")}
          size="xs"
          currency={currency ?? "EUR"}
          {...sign}
          value={range.min}
          onChange={(min) => typeof min !== "string" && onChange(formatRange({ ...range, min }))}
        />
        <MoneyInput
          label={t("price.most")}
          size="xs"
          currency={currency ?? "EUR"}
          {...sign}
          value={range.max}
          onChange={(max) => typeof max !== "string" && onChange(formatRange({ ...range, max }))}
        />
      </div>
      <div className={classes.rangeFoot}>
        <Button size="xs" variant="default" onClick={() => onChange("0..0")}>
          {t("price.onlyFree")}
        </Button>
        <Button size="xs" variant="subtle" disabled={!value} onClick={() => onChange(undefined)}>
          {t("price.any")}
        </Button>
      </div>
    </div>
  );
}
