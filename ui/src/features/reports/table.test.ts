import { expect, it } from "vitest";
import type { ReportDto } from "@/bindings/ReportDto";
import { currencies } from "./table";

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
