import { describe, expect, it } from "vitest";
import { keyMove, pagesFor, rangeOf } from "./listWindow";

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
