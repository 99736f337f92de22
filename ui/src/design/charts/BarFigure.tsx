/** Bars: one series gets its figures on the bars, several are stacked or stand side by side. */
import { BarChart } from "@mantine/charts";
import { axis, still } from "./axis";
import { Figure } from "./Figure";
import { type ChartProps, colourOf } from "./series";

interface BarFigureProps extends ChartProps {
  stacked?: boolean;
  /** Lying bars with their labels at the left: for names rather than months. */
  lying?: boolean;
}

export function BarFigure({ stacked = false, lying = false, height, ...props }: BarFigureProps) {
  const { rows, x, series, format = String, formatAxis = format } = props;
  const alone = series.length === 1 && rows.length <= 14;
  return (
    <Figure {...props}>
      <BarChart
        h={height ?? (lying ? Math.max(120, rows.length * 30 + 30) : 240)}
        data={rows}
        dataKey={x}
        type={stacked ? "stacked" : "default"}
        orientation={lying ? "vertical" : "horizontal"}
        series={series.map((each, i) => ({ name: each.key, label: each.label, color: colourOf(each, i) }))}
        valueFormatter={format}
        withBarValueLabel={alone}
        valueLabelProps={{
          fill: "var(--mt-text-soft)",
          fontSize: 11.5,
          formatter: (v: unknown) => formatAxis(Number(v)),
        }}
        {...axis}
        gridAxis={alone ? "none" : lying ? "y" : "x"}
        withYAxis={lying || !alone}
        withXAxis={!(lying && alone)}
        xAxisProps={lying ? { tickFormatter: (v: unknown) => formatAxis(Number(v)) } : axis.xAxisProps}
        yAxisProps={
          lying
            ? { width: 148, tickMargin: 6, axisLine: false, interval: 0 }
            : { ...axis.yAxisProps, tickFormatter: (v: unknown) => formatAxis(Number(v)) }
        }
        maxBarWidth={lying ? 18 : 34}
        barProps={{ ...still, radius: stacked ? 0 : lying ? [0, 2, 2, 0] : [2, 2, 0, 0] }}
        tooltipProps={{ cursor: { fill: "color-mix(in srgb, var(--mt-text) 5%, transparent)" }, ...still }}
        barChartProps={{
          accessibilityLayer: false,
          margin: { top: alone && !lying ? 18 : 6, right: lying ? 64 : 6, bottom: 0, left: 0 },
        }}
      />
    </Figure>
  );
}
