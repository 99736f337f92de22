/** The foot of a `DataList`: how many rows there are, selecting all of them, the choice of columns. */
import { Button, Menu } from "@mantine/core";
import { IconAdjustmentsHorizontal } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import classes from "./DataList.module.css";
import type { Column, ListColumns } from "./listColumns";

interface FootProps<Row> {
  /** Null while it is not known. */
  total: number | null;
  exact: boolean;
  all: Column<Row>[];
  columns: ListColumns<Row>;
  /** Absent where rows cannot be selected. */
  onSelectAll?: (() => void) | undefined;
  children: ReactNode;
}

export function DataListFoot<Row>({ total, exact, all, columns, onSelectAll, children }: FootProps<Row>) {
  const { t } = useTranslation("design");
  return (
    <div className={classes.foot}>
      <span role="status">
        {total === null ? t("list.loading") : t(exact ? "list.total" : "list.totalOver", { count: total })}
      </span>
      <div className={classes.footRight}>
        {onSelectAll && total !== null && total > 0 && (
          <Button
            size="xs"
            variant="subtle"
            aria-keyshortcuts="Control+A"
            title={t("list.selectAllHint")}
            onClick={onSelectAll}
          >
            {t("list.selectAll")}
          </Button>
        )}
        {children}
        <Menu position="top-end" closeOnItemClick={false}>
          <Menu.Target>
            <Button
              size="xs"
              variant="subtle"
              leftSection={<IconAdjustmentsHorizontal size={14} stroke={1.7} />}
            >
              {t("list.columns")}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {columns.shown.length < columns.visible.length && <Menu.Label>{t("list.makeRoom")}</Menu.Label>}
            <Menu.CheckboxGroup value={columns.visible} onChange={columns.choose}>
              {all.map((column) => (
                <Menu.CheckboxItem key={column.id} value={column.id} disabled={column.fixed === true}>
                  {column.header}
                </Menu.CheckboxItem>
              ))}
            </Menu.CheckboxGroup>
          </Menu.Dropdown>
        </Menu>
      </div>
    </div>
  );
}
