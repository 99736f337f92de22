import { expect, it } from "vitest";
import { formatBytes, formatMillis } from "./figures";

it.each([
  [0, "0 bytes"],
  [1, "1 byte"],
  [999, "999 bytes"],
  [1_536, "1.5 kB"],
  [999_700, "1 MB"],
  [128_000_000, "128 MB"],
  [2_500_000_000, "2.5 GB"],
])("%d bytes read %s", (bytes, text) => {
  expect(formatBytes(bytes, "en")).toBe(text);
});

it.each([
  [0.424, "0.42 ms"],
  [12.34, "12.3 ms"],
  [2_340, "2.3 sec"],
])("%d milliseconds read %s", (ms, text) => {
  expect(formatMillis(ms, "en")).toBe(text);
});
