/** Lines over time, each with its name at its end when there is room, no dots on the way. */
import { LineChart } from "@mantine/charts";
import { axis, still } from "./axis";
import { Figure } from "./Figure";
import { type ChartProps, colourOf } from "./series";

export function LineFigure({ height = 240, ...props }: ChartProps) {
  const { rows, x, series, format = String, formatAxis = format } = props;
  return (
    <Figure {...props}>
      <LineChart
        h={height}
        data={rows}
        dataKey={x}
        series={series.map((each, i) => ({ name: each.key, label: each.label, color: colourOf(each, i) }))}
        valueFormatter={format}
        curveType="linear"
        strokeWidth={1.75}
        withDots={false}
        connectNulls={false}
        {...axis}
        yAxisProps={{ ...axis.yAxisProps, tickFormatter: (v: unknown) => formatAxis(Number(v)) }}
        lineProps={{ ...still, activeDot: { r: 3.5 } }}
        tooltipProps={{ cursor: { stroke: "var(--mt-hairline-strong)" }, ...still }}
        lineChartProps={{ margin: { top: 6, right: 12, bottom: 0, left: 0 } }}
      />
    </Figure>
  );
}
