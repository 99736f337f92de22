import { describe, expect, it } from "vitest";
import { formatRange, parseRange } from "./priceRange";

describe("a range of prices in the address", () => {
  it.each([
    ["5000..20000", { min: 5000, max: 20000 }],
    ["5000..", { min: 5000, max: null }],
    ["..20000", { min: null, max: 20000 }],
    ["0..0", { min: 0, max: 0 }],
  ])("%s there and back", (text, range) => {
    expect(parseRange(text)).toEqual(range);
    expect(formatRange(range)).toBe(text);
  });

  it("takes senseless ends for open ones", () => {
    expect(parseRange("cheap..-5")).toEqual({ min: null, max: null });
    expect(parseRange(undefined)).toEqual({ min: null, max: null });
    expect(formatRange({ min: null, max: null })).toBeUndefined();
  });
});
