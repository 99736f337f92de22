import { describe, expect, it } from "vitest";
import { Flight, keyMove, pagesFor, rangeOf, rowsAround } from "./listWindow";

describe("pagesFor", () => {
  it.each([
    [0, 30, 100, null, [0]],
    [95, 130, 100, null, [0, 1]],
    [99_960, 100_020, 100, 100_000, [999]],
    [0, 20, 100, 0, [0]],
    [500, 520, 100, 10, [0]],
  ])("%s–%s by %s of %s", (first, last, size, total, pages) => {
    expect(pagesFor(first, last, size, total)).toEqual(pages);
  });
});

describe("rowsAround", () => {
  it.each([
    [0, 0],
    [3, 0],
    [500, 494],
    [985, 968],
    [999, 968],
  ])("always as many: from row %s the first drawn is %s", (first, drawn) => {
    const rows = rowsAround(first, 20, 6, 1000);
    expect(rows).toHaveLength(32);
    expect(rows[0]).toBe(drawn);
    expect(rows.at(-1)).toBe(drawn + 31);
  });
  it("gives the place of the row that left to the one that came", () => {
    const places = (first: number) => new Set(rowsAround(first, 20, 6, 1000).map((row) => row % 32));
    for (const first of [100, 101, 117]) expect(places(first).size).toBe(32);
  });
  it("stays within a short list", () => {
    expect(rowsAround(0, 20, 6, 3)).toEqual([0, 1, 2]);
    expect(rowsAround(0, 20, 6, 0)).toEqual([]);
  });
});

describe("Flight", () => {
  it("begins when picture after picture has nothing of the one before, and ends with the first that has", () => {
    const flight = new Flight();
    expect(flight.passes(40, 20, true)).toBe(false);
    expect(flight.passes(80, 20, true)).toBe(true);
    expect(flight.passes(80, 20, true)).toBe(true);
    expect(flight.passes(120, 20, true)).toBe(true);
    expect(flight.passes(130, 20, true)).toBe(false);
  });
  it("is over when the list rests, and one jump is none", () => {
    const flight = new Flight();
    flight.passes(40, 20, true);
    expect(flight.passes(80, 20, true)).toBe(true);
    expect(flight.passes(80, 20, false)).toBe(false);
    expect(flight.passes(5000, 20, true)).toBe(false);
  });
});

describe("keyMove", () => {
  it("starts at the first row and stops at the ends", () => {
    expect(keyMove("j", -1, 10, 5)).toBe(0);
    expect(keyMove("k", -1, 10, 5)).toBe(0);
    expect(keyMove("ArrowUp", 0, 10, 5)).toBe(0);
    expect(keyMove("ArrowDown", 9, 10, 5)).toBe(9);
  });
  it("jumps", () => {
    expect(keyMove("PageDown", 0, 100, 20)).toBe(20);
    expect(keyMove("PageUp", 5, 100, 20)).toBe(0);
    expect(keyMove("Home", 50, 100, 20)).toBe(0);
    expect(keyMove("End", 50, 100, 20)).toBe(99);
  });
  it("leaves other keys alone", () => {
    expect(keyMove("a", 3, 10, 5)).toBeNull();
    expect(keyMove("Tab", 3, 10, 5)).toBeNull();
  });
});

describe("rangeOf", () => {
  it("takes both ends in either direction", () => {
    expect(rangeOf(2, 4)).toEqual([2, 3, 4]);
    expect(rangeOf(4, 2)).toEqual([2, 3, 4]);
    expect(rangeOf(3, 3)).toEqual([3]);
  });
});
