/** The same axes on every chart: hairline grid, no axis lines, quiet figures. */
export const axis = {
  tickLine: "none",
  gridAxis: "x",
  gridColor: "var(--mt-hairline)",
  textColor: "var(--mt-text-dim)",
  strokeDasharray: "0",
  withLegend: false,
  xAxisProps: {
    tickMargin: 8,
    interval: "preserveStartEnd",
    minTickGap: 12,
    axisLine: { stroke: "var(--mt-hairline-strong)" },
  },
  yAxisProps: { tickMargin: 6, width: 64, tickCount: 4, axisLine: false },
} as const;

/** Nothing moves when people prefer it so; a chart that grows tells nothing either way. */
export const still = { isAnimationActive: false } as const;
