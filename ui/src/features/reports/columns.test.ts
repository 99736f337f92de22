/** Every column a report is computed with has a name in both languages, and what is drawn of it is among them. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import german from "@/i18n/de/reports.json";
import english from "@/i18n/en/reports.json";
import { REPORTS } from "./library";

const source = readFileSync(
  join(process.cwd(), "../src-tauri/crates/workflows/src/reporting/report.rs"),
  "utf8",
);
const columns = [...new Set([...source.matchAll(/\("(\w+)", ColumnKind::/g)].map((found) => found[1] ?? ""))];

it("finds the columns", () => {
  expect(columns).toEqual(expect.arrayContaining(["status", "month", "completionRate", "age"]));
});

it.each(columns)("has a name for %s", (key) => {
  expect(Object.keys(english.column)).toContain(key);
  expect(Object.keys(german.column)).toContain(key);
});

it.each(REPORTS.flatMap(({ name, chart }) => (chart ? [[name, chart] as const] : [])))(
  "draws only columns there are: %s",
  (_, chart) => {
    expect(columns).toEqual(expect.arrayContaining([chart.x, ...chart.series]));
  },
);
