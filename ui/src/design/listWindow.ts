/** The arithmetic of a `DataList`: which pages a window needs, where a key leads. Pure, tested. */

/** Pages that hold rows `first..=last`; within the list when its length is known. */
export function pagesFor(first: number, last: number, pageSize: number, total: number | null): number[] {
  const end = total === null ? last : Math.min(last, Math.max(total - 1, 0));
  const from = Math.floor(Math.max(first, 0) / pageSize);
  const to = Math.floor(Math.max(end, 0) / pageSize);
  const pages: number[] = [];
  for (let page = Math.min(from, to); page <= to; page++) pages.push(page);
  return pages;
}

/**
 * The rows to draw: those in sight from `first` on and `over` more on either side, always as many, as long
 * as the list has them. So a row that leaves at one end gives its place to the one that comes at the other.
 */
export function rowsAround(first: number, inSight: number, over: number, total: number): number[] {
  const length = Math.min(total, inSight + 2 * over);
  const from = Math.max(0, Math.min(first - over, total - length));
  return Array.from({ length }, (_, i) => from + i);
}

/** Whether a list is scrolled so fast that nothing of one picture is in the next: nobody reads it then. */
export class Flight {
  private first = 0;
  private jumps = 0;

  /** The next picture; asking again about the same one changes nothing. One jump alone is no flight. */
  passes(first: number, inSight: number, scrolling: boolean): boolean {
    if (!scrolling) this.jumps = 0;
    else if (first !== this.first) {
      this.jumps = Math.abs(first - this.first) >= inSight ? this.jumps + 1 : 0;
    }
    this.first = first;
    return this.jumps > 1;
  }
}

/** The row a key leads to from `at` (-1: none yet), or null when the key does not move. */
export function keyMove(key: string, at: number, total: number, visible: number): number | null {
  const clamp = (to: number) => Math.max(0, Math.min(total - 1, to));
  switch (key) {
    case "ArrowDown":
    case "j":
    case "J":
      return clamp(at + 1);
    case "ArrowUp":
    case "k":
    case "K":
      return clamp(at < 0 ? 0 : at - 1);
    case "PageDown":
      return clamp(Math.max(at, 0) + visible);
    case "PageUp":
      return clamp(at - visible);
    case "Home":
      return 0;
    case "End":
      return clamp(total - 1);
    default:
      return null;
  }
}

/** Both ends included, whichever is first. */
export function rangeOf(a: number, b: number): number[] {
  const from = Math.min(a, b);
  return Array.from({ length: Math.abs(a - b) + 1 }, (_, i) => from + i);
}
