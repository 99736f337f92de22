import { expect, it } from "vitest";
import { formatMillis } from "./figures";

it.each([
  [0.424, "0.42 ms"],
  [12.34, "12.3 ms"],
  [2_340, "2.3 sec"],
])("%d milliseconds read %s", (ms, text) => {
  expect(formatMillis(ms, "en")).toBe(text);
});
