import { expect, it } from "vitest";
import { formatBytes } from "./bytes";

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

it("reads as the language writes figures", () => {
  expect(formatBytes(1_536, "de")).toBe("1,5 kB");
});
