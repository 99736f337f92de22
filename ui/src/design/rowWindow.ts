/**
 * Which rows of a `DataList` are drawn, and where: TanStack Virtual watches the scroller, the arithmetic is
 * `tallScroll`'s, so that five million rows scroll like fifty.
 */
import { useVirtualizer } from "@tanstack/react-virtual";
import { type RefObject, useEffect, useEffectEvent, useReducer, useState } from "react";
import { Flight, rowsAround } from "./listWindow";
import { drawnHeight, type Geometry, reveal, TallScroll, tall, within } from "./tallScroll";

/** Height of the sticky head, which takes it from the scroller. */
export const HEAD = 32;
/** Rows drawn beyond either edge of what is in sight. */
const OVER = 6;
/** Between the row that is moved to and the lower edge. */
const MARGIN = 8;

export interface RowWindow {
  /** Height of everything, as drawn. */
  height: number;
  rows: { index: number; top: number }[];
  /** Scrolled so fast that nobody can read: bones will do. */
  flies: boolean;
  /** Rows wholly in sight. */
  whole: () => number;
  /** Scrolls as little as brings a row into sight. */
  show: (index: number) => void;
  /** Where the list stands, to come back to with `goTo`. */
  place: () => number;
  goTo: (place: number) => void;
}

export function useRowWindow(
  scroller: RefObject<HTMLElement | null>,
  count: number,
  rowHeight: number,
): RowWindow {
  const [scroll] = useState(() => new TallScroll());
  const [flight] = useState(() => new Flight());
  const [, redraw] = useReducer((n: number) => n + 1, 0);
  const geometry = (): Geometry => ({
    count,
    rowHeight,
    sight: Math.max(0, (scroller.current?.clientHeight ?? 0) - HEAD),
  });
  const isTall = tall({ count, rowHeight, sight: 0 });
  // asking for the height costs a layout, which an ordinary list does without while it is drawn
  const now = isTall ? geometry() : { count, rowHeight, sight: 0 };
  const virtual = useVirtualizer({
    // of a tall list only what is drawn: it keeps a place for each
    count: isTall ? Math.ceil(drawnHeight(now) / rowHeight) : count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    // it tells when to draw; what is drawn is reckoned below
    rangeExtractor: ({ startIndex }) => [startIndex],
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the estimate closes over the height
  useEffect(() => virtual.measure(), [rowHeight, virtual]);

  const drawn = isTall ? (scroller.current?.scrollTop ?? 0) : (virtual.scrollOffset ?? 0);
  const place = scroll.at(drawn, now);
  /** Rows that fit, a part of one at either edge included. */
  const inSight = Math.ceil((virtual.scrollRect?.height ?? 0) / rowHeight) + 1;
  const indexes = rowsAround(Math.floor(place / rowHeight), inSight, OVER, count);
  const rows = indexes.map((index) => {
    const top = index * rowHeight - place + drawn;
    return { index, top: isTall ? Math.round(top) : index * rowHeight };
  });

  const placeNow = () => scroll.at(scroller.current?.scrollTop ?? 0, geometry());
  const goTo = (to: number) => {
    if (!scroller.current) return;
    scroller.current.scrollTop = scroll.ask(within(to, geometry()), geometry());
    // less than a pixel of the bar may be several rows: no event tells of it
    if (isTall) redraw();
  };
  const onWheel = useEffectEvent((event: WheelEvent) => {
    if (event.ctrlKey || event.shiftKey || event.deltaY === 0) return;
    event.preventDefault();
    const { sight } = geometry();
    const unit = event.deltaMode === 1 ? rowHeight : event.deltaMode === 2 ? sight : 1;
    goTo(placeNow() + event.deltaY * unit);
  });
  // a turn of the wheel would be a stretch of pages: it moves the list as far as any other
  useEffect(() => {
    const element = scroller.current;
    if (!element || !isTall) return;
    const listener = (event: WheelEvent) => onWheel(event);
    element.addEventListener("wheel", listener, { passive: false });
    // and each of its pixels shows other rows
    element.addEventListener("scroll", redraw, { passive: true });
    return () => {
      element.removeEventListener("wheel", listener);
      element.removeEventListener("scroll", redraw);
    };
  }, [scroller, isTall]);

  return {
    height: drawnHeight(now),
    rows,
    flies: flight.passes(rows[0]?.index ?? 0, inSight, virtual.isScrolling),
    whole: () => Math.max(1, Math.floor((geometry().sight || 400) / rowHeight) - 1),
    show: (index) => {
      const from = placeNow();
      const to = reveal(index, from, geometry(), MARGIN);
      if (to !== from) goTo(to);
    },
    place: placeNow,
    goTo,
  };
}
