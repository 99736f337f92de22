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
