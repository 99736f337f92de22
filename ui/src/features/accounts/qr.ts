/** A QR code as one SVG path: each run of dark squares in a row is a rectangle of its length. */

/** Squares of light around a code, as ISO/IEC 18004 asks for. */
export const QUIET = 4;

/** `rows` of `1` (dark) and `0` (light); one square is one unit. */
export function qrPath(rows: readonly string[]): string {
  return rows
    .flatMap((row, y) =>
      [...row.matchAll(/1+/g)].map((run) => `M${run.index} ${y}h${run[0].length}v1h-${run[0].length}z`),
    )
    .join("");
}
