/** A range of prices as it stands in the address: `5000..20000`, whole minor units, either end may be open. */

export interface PriceRange {
  min: number | null;
  max: number | null;
}

function end(text: string | undefined): number | null {
  return text && /^\d{1,15}$/.test(text) ? Number(text) : null;
}

/** What cannot be read is an open end, never an error: addresses are typed and shared. */
export function parseRange(value: string | undefined): PriceRange {
  const [min, max] = (value ?? "").split("..");
  return { min: end(min), max: end(max) };
}

/** None when both ends are open. */
export function formatRange({ min, max }: PriceRange): string | undefined {
  return min === null && max === null ? undefined : `${min ?? ""}..${max ?? ""}`;
}
