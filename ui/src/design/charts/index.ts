/** Charts, apart from `@/design` so that only reports and the dashboard load them. Import from `@/design/charts`. */
import "@mantine/charts/styles.css";

export { BarFigure } from "./BarFigure";
export { Figure } from "./Figure";
export { LineFigure } from "./LineFigure";
export { Sparkline } from "./Sparkline";
export type { ChartRow, Series } from "./series";
