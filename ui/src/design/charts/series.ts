/** What every chart takes: rows with one label and one number a series. */
import type { Tone } from "../tokens";

export type ChartRow = Record<string, string | number | null>;

export interface Series {
  /** Name of the number in the row. */
  key: string;
  label: string;
  /** A status' own tone; otherwise the chart's inks in order. */
  tone?: Tone;
}

export interface ChartProps {
  title: string;
  /** One quiet line under the title. */
  subtitle?: string;
  rows: ChartRow[];
  /** Name of the label in the row. */
  x: string;
  xLabel: string;
  series: Series[];
  /** Figures as text: `(n) => money(n, "GBP")`. */
  format?: (value: number) => string;
  /** Shorter figures for the axis. Default: `format`. */
  formatAxis?: (value: number) => string;
  height?: number;
}

/** The drawings are hidden from screen readers and keyboards (`accessibilityLayer: false`): the table speaks. */
export function colourOf(series: Series, index: number): string {
  return series.tone ? `var(--mt-${series.tone}-dot)` : `var(--mt-chart-${(index % 5) + 1})`;
}
