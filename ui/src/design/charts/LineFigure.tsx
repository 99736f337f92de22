/** Lines over time, each with its name at its end, no dots on the way. */
import { LineChart } from "@mantine/charts";
import { axis, still } from "./axis";
import { Figure } from "./Figure";
import { type ChartProps, colourOf } from "./series";

interface EndLabel {
  x?: number | string;
  y?: number | string;
  index?: number;
}

/** Where the names go, top to bottom, at least `gap` apart so that none covers another. */
export function spread(ys: number[], gap: number): number[] {
  const order = ys.map((y, i) => ({ y, i })).sort((a, b) => a.y - b.y);
  const out = [...ys];
  let last = Number.NEGATIVE_INFINITY;
  for (const { y, i } of order) {
    last = Math.max(y, last + gap);
    out[i] = last;
  }
  return out;
}

export function LineFigure({ height = 240, ...props }: ChartProps) {
  const { rows, x, series, format = String, formatAxis = format } = props;
  const end = rows.length - 1;
  const last = series.map((each) => {
    const value = rows[end]?.[each.key];
    return typeof value === "number" ? value : 0;
  });
  const most = Math.max(1, ...rows.flatMap((row) => series.map((each) => Number(row[each.key] ?? 0))));
  // in pixels, roughly: names only have to keep clear of each other
  const plain = last.map((value) => (1 - value / most) * (height - 40));
  const shift = spread(plain, 14).map((y, i) => y - (plain[i] ?? 0));
  const widest = Math.max(...series.map((each) => each.label.length));
  return (
    <Figure {...props} legend={false}>
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
        lineProps={(drawn) => {
          const i = series.findIndex((each) => each.key === drawn.name);
          return {
            ...still,
            activeDot: { r: 3.5 },
            label: (point: EndLabel) =>
              series.length > 1 && point.index === end ? (
                <text
                  x={Number(point.x) + 8}
                  y={Number(point.y) + (shift[i] ?? 0)}
                  dy="0.35em"
                  fontSize={12}
                  fill="var(--mt-text-soft)"
                >
                  {series[i]?.label}
                </text>
              ) : (
                // biome-ignore lint/complexity/noUselessFragments: recharts wants an element for each point
                <></>
              ),
          };
        }}
        tooltipProps={{ cursor: { stroke: "var(--mt-hairline-strong)" }, ...still }}
        lineChartProps={{
          accessibilityLayer: false,
          margin: { top: 8, right: series.length > 1 ? 14 + widest * 7 : 12, bottom: 0, left: 0 },
        }}
      />
    </Figure>
  );
}
