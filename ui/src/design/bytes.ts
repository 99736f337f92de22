/** Sizes of files and tables as people read them. */

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;

/** 1_536 → "1.5 kB"; steps of 1,000, as disks are sold and the units say. */
export function formatBytes(bytes: number, language: string): string {
  let step = 0;
  let value = bytes;
  while (value >= 999.5 && step < UNITS.length - 1) {
    value /= 1_000;
    step++;
  }
  return value.toLocaleString(language, {
    style: "unit",
    unit: UNITS[step] ?? "byte",
    unitDisplay: step === 0 ? "long" : "short",
    maximumFractionDigits: step === 0 || value >= 100 ? 0 : 1,
  });
}
