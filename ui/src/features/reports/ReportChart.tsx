/** The drawing above a report's table. Money is drawn one currency at a time: amounts of two never share an axis. */
import { useTranslation } from "react-i18next";
import { useWorkspaceStatus } from "@/backend/queries/session";
import type { EnrollmentStatus } from "@/bindings/EnrollmentStatus";
import type { ReportDto } from "@/bindings/ReportDto";
import { STATUS_TONES, useMoney } from "@/design";
import { BarFigure } from "@/design/charts";
import { monthLabel } from "@/features/dashboard/figures";
import type { ReportKind } from "./library";
import classes from "./reports.module.css";
import { columnIndex, currencies, drawn, isMoney } from "./table";
import { useCellText } from "./useCellText";

const MOST = 15;

export function ReportChart({ report, kind }: { report: ReportDto; kind: ReportKind }) {
  const { t, i18n } = useTranslation("reports");
  const money = useMoney();
  const text = useCellText();
  const own = useWorkspaceStatus()?.currency;
  if (!kind.chart) return null;
  const name = t(`name.${kind.name}`);
  const currency = currencies(report, own)[0];
  const x = columnIndex(report, kind.chart.x);
  const xKind = report.columns[x]?.kind ?? "text";
  const series = kind.chart.series
    .map((key) => ({ key, at: columnIndex(report, key) }))
    .filter(({ at }) => at >= 0);
  const first = series[0];
  if (x < 0 || !first) return null;
  const valueKind = report.columns[first.at]?.kind ?? "count";
  const rows = report.rows
    .filter((row) => {
      const cell = row[first.at];
      return !isMoney(cell) || cell.currency === currency;
    })
    .map((row) => ({
      x: xKind === "month" ? monthLabel(String(row[x]), i18n.language) : text(row[x] ?? null, xKind),
      ...Object.fromEntries(
        series.map(({ key, at }) => [key, drawn(row[at], report.columns[at]?.kind ?? "count")]),
      ),
    })) as ({ x: string } & Record<string, string | number>)[];
  const ranked =
    kind.chart.kind === "lying"
      ? rows.toSorted((a, b) => Number(b[first.key]) - Number(a[first.key])).slice(0, MOST)
      : rows;
  const format = (value: number) =>
    valueKind === "money" && currency
      ? money(value, currency)
      : valueKind === "rate"
        ? (value / 100).toLocaleString(i18n.language, { style: "percent", maximumFractionDigits: 1 })
        : value.toLocaleString(i18n.language);
  return (
    <div className={classes.chart}>
      <BarFigure
        title={currency ? t("chart.in", { name, currency }) : name}
        subtitle={rows.length > ranked.length ? t("chart.most", { count: MOST }) : t(`chart.${kind.name}`)}
        rows={ranked}
        x="x"
        xLabel={t(`column.${kind.chart.x}` as "column.month")}
        series={series.map(({ key }) => ({
          key,
          label: t(`column.${key}` as "column.net"),
          ...(kind.chart?.kind === "stacked"
            ? { tone: STATUS_TONES.enrollment[key as EnrollmentStatus] }
            : {}),
        }))}
        format={format}
        formatAxis={(value) =>
          valueKind === "money"
            ? (value / 100).toLocaleString(i18n.language, {
                notation: "compact",
                maximumFractionDigits: 1,
              })
            : format(value)
        }
        stacked={kind.chart.kind === "stacked"}
        lying={kind.chart.kind === "lying"}
      />
    </div>
  );
}
