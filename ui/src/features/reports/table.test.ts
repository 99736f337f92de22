import { expect, it } from "vitest";
import type { ReportDto } from "@/bindings/ReportDto";
import { currencies, inCurrency } from "./table";

const report = {
  rows: [
    ["a", "BDT"],
    ["b", "BDT"],
    ["c", "EUR"],
    ["d", "GBP"],
  ].map(([name, currency]) => [name, { minor: 100, currency }]),
} as ReportDto;

it.each([
  [undefined, ["BDT", "EUR", "GBP"]],
  ["GBP", ["GBP", "BDT", "EUR"]],
  ["USD", ["BDT", "EUR", "GBP"]],
])("draws the institution's own currency first: %s", (own, order) => {
  expect(currencies(report, own)).toEqual(order);
});

it("narrows rows and totals to one currency, and keeps what is no money", () => {
  const money = {
    rows: [
      ["2026-01", 2, { minor: 100, currency: "BDT" }],
      ["2026-01", 1, { minor: 300, currency: "EUR" }],
    ],
    totals: [
      [null, 2, { minor: 100, currency: "BDT" }],
      [null, 1, { minor: 300, currency: "EUR" }],
    ],
  } as unknown as ReportDto;
  expect(inCurrency(money, undefined)).toBe(money);
  expect(inCurrency(money, "EUR")).toMatchObject({ rows: [money.rows[1]], totals: [money.totals[1]] });
  expect(inCurrency(money, "GBP")).toMatchObject({ rows: [], totals: [] });
  const counts = { rows: [["active", 2]], totals: [[null, 2]] } as ReportDto;
  expect(inCurrency(counts, "EUR")).toMatchObject(counts);
});
