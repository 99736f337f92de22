/**
 * Scrolling over more rows than an element can be tall. Browsers stop at some 33 million pixels, so a list
 * above `TALLEST` is drawn shorter than it is, and a place of the scroll bar stands for a stretch of the
 * list. Two measures therefore: *drawn* pixels, which the browser knows, and *true* ones, a row its whole
 * height. Pure, tested.
 */

/** Pixels. Below 2^24, so that a place is exact where the browser keeps it as a 32-bit float. */
export const TALLEST = 15_000_000;

export interface Geometry {
  count: number;
  rowHeight: number;
  /** Height in which rows are seen, the head not counted. */
  sight: number;
}

export function trueHeight({ count, rowHeight }: Geometry): number {
  return count * rowHeight;
}

export function drawnHeight(geometry: Geometry): number {
  return Math.min(trueHeight(geometry), TALLEST);
}

/** Whether the two measures differ. */
export function tall(geometry: Geometry): boolean {
  return trueHeight(geometry) > TALLEST;
}

/** True pixels for one drawn; both ends of the bar are both ends of the list. */
function ratio(geometry: Geometry): number {
  if (!tall(geometry)) return 1;
  return (trueHeight(geometry) - geometry.sight) / (TALLEST - geometry.sight);
}

/** Where the list stands, by where the scroll bar stands. */
export function toTrue(drawn: number, geometry: Geometry): number {
  return drawn * ratio(geometry);
}

/** Where the scroll bar stands, by where the list does. */
export function toDrawn(place: number, geometry: Geometry): number {
  return place / ratio(geometry);
}

/** Kept inside the list. */
export function within(place: number, geometry: Geometry): number {
  return Math.max(0, Math.min(place, trueHeight(geometry) - geometry.sight));
}

/** The place nearest to `place` at which the whole of row `index` is in sight, `margin` from the lower edge. */
export function reveal(index: number, place: number, geometry: Geometry, margin = 0): number {
  const top = index * geometry.rowHeight;
  const bottom = top + geometry.rowHeight + margin;
  if (top < place) return within(top, geometry);
  if (bottom > place + geometry.sight) return within(bottom - geometry.sight, geometry);
  return place;
}

/**
 * The true place behind what the browser reports. A drawn pixel of a tall list stands for more than one true
 * pixel, and browsers keep whole ones: what was asked for by row is remembered until the bar moves elsewhere.
 */
export class TallScroll {
  private asked: { drawn: number; place: number } | null = null;

  /** Where to put the scroll bar so that the list stands at `place`. */
  ask(place: number, geometry: Geometry): number {
    const drawn = toDrawn(place, geometry);
    this.asked = { drawn, place };
    return drawn;
  }

  at(drawn: number, geometry: Geometry): number {
    if (!tall(geometry)) return drawn;
    if (this.asked && Math.abs(this.asked.drawn - drawn) <= 1) return within(this.asked.place, geometry);
    this.asked = null;
    return toTrue(drawn, geometry);
  }
}
