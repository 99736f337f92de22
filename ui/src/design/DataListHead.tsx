/** The sticky head of a `DataList`: all or none, the names of the columns, the order, the widths. */
import { Checkbox } from "@mantine/core";
import { IconArrowDown, IconArrowUp } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import classes from "./DataList.module.css";
import type { ListColumns } from "./listColumns";
import type { Sort } from "./listSearch";

interface HeadProps<Row> {
  columns: ListColumns<Row>;
  sort: Sort | undefined;
  onSort: ((sort: Sort) => void) | undefined;
  /** Absent where rows cannot be selected. */
  all?: { selected: "none" | "some" | "all"; onToggle: () => void } | undefined;
}

export function DataListHead<Row>({ columns, sort, onSort, all }: HeadProps<Row>) {
  const { t } = useTranslation("design");
  const offset = all ? 1 : 0;
  return (
    <div role="rowgroup" className={classes.headGroup}>
      <div
        role="row"
        aria-rowindex={1}
        className={classes.head}
        style={{ gridTemplateColumns: columns.template }}
      >
        {all && (
          <div role="columnheader" aria-colindex={1} className={classes.check}>
            <Checkbox
              aria-label={t("list.selectAll")}
              title={t("list.selectAllHint")}
              checked={all.selected === "all"}
              indeterminate={all.selected === "some"}
              onChange={all.onToggle}
            />
          </div>
        )}
        {columns.shown.map((column, i) => {
          const sorted = column.sortBy !== undefined && sort?.by === column.sortBy ? sort.dir : null;
          return (
            <div
              key={column.id}
              role="columnheader"
              aria-colindex={i + 1 + offset}
              aria-sort={sorted === "asc" ? "ascending" : sorted === "desc" ? "descending" : undefined}
              className={classes.headCell}
              data-align={column.align}
            >
              {column.sortBy && onSort ? (
                <button
                  type="button"
                  className={classes.sort}
                  title={t("list.sortBy", { column: column.header })}
                  onClick={() =>
                    onSort({ by: column.sortBy ?? column.id, dir: sorted === "asc" ? "desc" : "asc" })
                  }
                >
                  {column.header}
                  {sorted === "asc" && <IconArrowUp size={12} stroke={2} aria-hidden="true" />}
                  {sorted === "desc" && <IconArrowDown size={12} stroke={2} aria-hidden="true" />}
                </button>
              ) : (
                <span>{column.header}</span>
              )}
              <div
                className={classes.resize}
                aria-hidden="true"
                onMouseDown={columns.resizer(column.id)}
                onDoubleClick={() => columns.resetWidth(column.id)}
              />
            </div>
          );
        })}
      </div>
    </div>
  );
}
