import { describe, expect, it } from "vitest";
import { type Geometry, reveal, TALLEST, TallScroll, tall, toDrawn, toTrue, trueHeight } from "./tallScroll";

const of = (count: number): Geometry => ({ count, rowHeight: 36, sight: 640 });
const inSight = (index: number, place: number, g: Geometry) =>
  index * g.rowHeight >= place && (index + 1) * g.rowHeight <= place + g.sight;

describe("a list that fits", () => {
  it("is drawn as it is", () => {
    const g = of(100_000);
    expect(tall(g)).toBe(false);
    expect(toTrue(1_234, g)).toBe(1_234);
    expect(new TallScroll().at(999, g)).toBe(999);
  });
});

describe.each([1_000_000, 5_000_000])("a list of %i rows", (count) => {
  const g = of(count);

  it("is drawn no taller than a browser can, and its ends are the ends of the bar", () => {
    expect(tall(g)).toBe(true);
    expect(toTrue(0, g)).toBe(0);
    expect(toTrue(TALLEST - g.sight, g)).toBeCloseTo(trueHeight(g) - g.sight, 3);
    expect(toDrawn(toTrue(7_654_321, g), g)).toBeCloseTo(7_654_321, 3);
  });

  it("comes to the row that stands as far down the list as the bar does", () => {
    const middle = toTrue((TALLEST - g.sight) / 2, g);
    expect(Math.abs(middle / g.rowHeight - count / 2)).toBeLessThan(g.sight / g.rowHeight);
  });

  it.each([0, 1, 417, 333_333, count - 2, count - 1])("brings row %i wholly into sight", (index) => {
    const place = reveal(index, 0, g);
    expect(inSight(index, place, g)).toBe(true);
    // and leaves it there when the browser has rounded the place of the bar
    const scroll = new TallScroll();
    const drawn = Math.round(scroll.ask(place, g));
    expect(inSight(index, scroll.at(drawn, g), g)).toBe(true);
  });

  it("moves row by row, none left out and none cut, wherever one is", () => {
    const scroll = new TallScroll();
    const from = Math.floor(count * 0.6);
    let place = reveal(from, 0, g);
    for (let index = from; index < from + 500; index++) {
      const next = reveal(index, place, g);
      expect(next - place).toBeLessThanOrEqual(g.rowHeight);
      place = scroll.at(Math.round(scroll.ask(next, g)), g);
      expect(inSight(index, place, g)).toBe(true);
    }
  });

  it("forgets what was asked for once the bar is dragged", () => {
    const scroll = new TallScroll();
    scroll.ask(1_000, g);
    expect(scroll.at(5_000_000, g)).toBeCloseTo(toTrue(5_000_000, g), 3);
    expect(scroll.at(toDrawn(1_000, g), g)).toBeCloseTo(1_000, 3);
  });
});
