import i18next from "i18next";
import { expect, it } from "vitest";
import { undone } from "./undone";

const kept = (count: number) => Array.from({ length: count }, () => ({}) as never);

it("says what was kept only when something was", () => {
  expect(undone(i18next.t, { removed: 1, kept: [] })).toBe("1 record removed.");
  expect(undone(i18next.t, { removed: 2, kept: kept(3) })).toBe(
    "2 records removed, 3 kept because they are in use.",
  );
});
