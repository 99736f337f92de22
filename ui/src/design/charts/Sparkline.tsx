/** A line the size of a word, for tiles. Says its last value to screen readers through the figure beside it. */
export function Sparkline({
  values,
  width = 96,
  height = 28,
}: {
  values: number[];
  width?: number;
  height?: number;
}) {
  if (values.length < 2) return null;
  const max = Math.max(...values);
  const min = Math.min(...values, 0);
  const span = max - min || 1;
  const at = (value: number, i: number): [number, number] => [
    2 + (i / (values.length - 1)) * (width - 6),
    height - 3 - ((value - min) / span) * (height - 6),
  ];
  const points = values.map(at);
  const [endX, endY] = points.at(-1) ?? [0, 0];
  return (
    <svg width={width} height={height} aria-hidden="true">
      <polyline
        points={points.map((p) => p.join(",")).join(" ")}
        fill="none"
        stroke="var(--mt-chart-2)"
        strokeWidth="1.5"
        strokeLinejoin="round"
      />
      <circle cx={endX} cy={endY} r="2.25" fill="var(--mt-chart-1)" />
    </svg>
  );
}
