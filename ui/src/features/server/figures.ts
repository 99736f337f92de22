/** Figures of a server as people read them. */

/** 0.42 → "0.42 ms", 2_300 → "2.3 s". */
export function formatMillis(ms: number, language: string): string {
  const slow = ms >= 1_000;
  return (slow ? ms / 1_000 : ms).toLocaleString(language, {
    style: "unit",
    unit: slow ? "second" : "millisecond",
    unitDisplay: "short",
    maximumFractionDigits: slow || ms >= 10 ? 1 : 2,
  });
}
