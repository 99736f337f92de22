import { expect, test } from "vitest";
import { periodOf, periods } from "./periods";

const day = new Date(2026, 2, 5);
const named = (key: string) => periods(day).find((p) => p.key === key);

test("periods end where people expect", () => {
  expect(named("thisMonth")).toMatchObject({ from: "2026-03-01", to: "2026-03-05" });
  expect(named("lastMonth")).toMatchObject({ from: "2026-02-01", to: "2026-02-28" });
  expect(named("last90")).toMatchObject({ from: "2025-12-06", to: "2026-03-05" });
  expect(named("lastYear")).toMatchObject({ from: "2025-01-01", to: "2025-12-31" });
});

test("a stretch knows its name", () => {
  expect(periodOf({}, day)).toBe("all");
  expect(periodOf({ from: "2026-01-01", to: "2026-03-05" }, day)).toBe("thisYear");
  expect(periodOf({ from: "2026-01-02" }, day)).toBe("custom");
});
