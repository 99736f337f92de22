import { expect, it } from "vitest";
import { formatPercent } from "./percent";

it.each([
  [0.42, "en", 0, "42%"],
  [0.42, "de", 0, "42\u00a0%"],
  [0.7366, "en", 1, "73.7%"],
  [0.7366, "de", 1, "73,7\u00a0%"],
  [0.125, "en", 2, "12.5%"],
])("%s in %s to %s digits", (share, locale, digits, text) => {
  expect(formatPercent(share, locale, digits)).toBe(text);
});
