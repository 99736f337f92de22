/** The order of cards, which have no column heads to click. */
import { Select } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Sort } from "@/design";

const ORDERS = [
  "title.asc",
  "rating.desc",
  "enrollments.desc",
  "created.desc",
  "price.asc",
  "price.desc",
] as const;

export function SortChoice({ sort, onSort }: { sort: Sort; onSort: (sort: Sort) => void }) {
  const { t } = useTranslation("courses");
  const value = `${sort.by}.${sort.dir}`;
  return (
    <Select
      size="xs"
      w={170}
      aria-label={t("order.label")}
      data={ORDERS.map((order) => ({
        value: order,
        label: t(`order.${order.replace(".", "_") as "title_asc"}`),
      }))}
      value={ORDERS.some((order) => order === value) ? value : null}
      placeholder={t("order.label")}
      allowDeselect={false}
      onChange={(next) => {
        const [by, dir] = (next ?? "").split(".");
        if (by && (dir === "asc" || dir === "desc")) onSort({ by, dir });
      }}
    />
  );
}
