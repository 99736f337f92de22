import { expect, test } from "vitest";
import { change, currenciesOf, monthLabel } from "./figures";

test("a move is a share of what was before, and none where nothing was", () => {
  expect(change(150, 100)).toBe(0.5);
  expect(change(0, 10)).toBe(-1);
  expect(change(5, 0)).toBeNull();
});

test("months read short, with the year where it begins", () => {
  expect(monthLabel("2026-03", "en")).toBe("Mar");
  expect(monthLabel("2026-01", "en")).toBe("Jan 26");
  expect(monthLabel("2026-12", "de")).toBe("Dez");
});

test("the currency with the most months comes first", () => {
  expect(
    currenciesOf([
      { currency: "EUR", netMinor: 0 },
      { currency: "GBP", netMinor: 5 },
      { currency: "EUR", netMinor: 7 },
      { currency: "GBP", netMinor: 9 },
    ]),
  ).toEqual(["GBP", "EUR"]);
});

test("the institution's own currency comes before all", () => {
  const months = [
    { currency: "EUR", netMinor: 3 },
    { currency: "GBP", netMinor: 0 },
  ];
  expect(currenciesOf(months, "GBP")).toEqual(["GBP", "EUR"]);
});
