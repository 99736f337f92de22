/** A report's rows as they were computed, with the totals under them. */
import { useTranslation } from "react-i18next";
import type { Cell } from "@/bindings/Cell";
import type { ColumnDto } from "@/bindings/ColumnDto";
import type { ReportDto } from "@/bindings/ReportDto";
import { StatusDot, type StatusOf } from "@/design";
import classes from "./reports.module.css";
import { useCellText } from "./useCellText";

const WORDS = ["text", "status", "month"];
const SHOWN = 500;

export function ReportTable({ report }: { report: ReportDto }) {
  const { t, i18n } = useTranslation("reports");
  const text = useCellText(report.provenance.timezone);
  const name = (column: ColumnDto) => {
    const key = `column.${column.key}`;
    return i18n.exists(key, { ns: "reports" }) ? t(key as "column.net") : column.key;
  };
  const kind = report.name === "outstanding-payments" ? "payment" : "enrollment";
  const cell = (value: Cell, column: ColumnDto) => {
    if (column.kind === "status" && typeof value === "string") {
      return <StatusDot kind={kind} status={value as StatusOf<typeof kind>} />;
    }
    if (column.kind === "days" && value === 0) return t("today");
    return text(value, column.kind);
  };
  // what a sum has no figure for stays empty; its first cell says what it is, and of how many
  const sum = (value: Cell, column: ColumnDto, i: number) => {
    if (i === 0) return typeof value === "number" ? t("totalOf", { count: value }) : t("total");
    return value === null ? "" : cell(value, column);
  };
  const cells = (row: Cell[], shown: typeof sum) =>
    report.columns.map((column, i) => (
      <td key={column.key} className={WORDS.includes(column.kind) ? undefined : classes.end}>
        {shown(row[i] ?? null, column, i)}
      </td>
    ));
  return (
    <section className={classes.tableBox} aria-label={t("table")}>
      <table className={classes.table}>
        <thead>
          <tr>
            {report.columns.map((column) => (
              <th
                key={column.key}
                scope="col"
                className={WORDS.includes(column.kind) ? undefined : classes.end}
              >
                {name(column)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {report.rows.slice(0, SHOWN).map((row, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a report's rows have no identity but their place
            <tr key={i}>{cells(row, cell)}</tr>
          ))}
        </tbody>
        {report.totals.length > 0 && (
          <tfoot>
            {report.totals.map((row, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: one total a currency, in order
              <tr key={i}>{cells(row, sum)}</tr>
            ))}
          </tfoot>
        )}
      </table>
      {report.rows.length > SHOWN && (
        <p className={classes.more}>{t("more", { count: report.rows.length - SHOWN, shown: SHOWN })}</p>
      )}
    </section>
  );
}
