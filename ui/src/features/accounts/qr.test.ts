import { expect, it } from "vitest";
import { qrPath } from "./qr";

/** The squares a path of `qrPath` covers, drawn again as rows. */
function drawn(path: string, width: number, height: number): string[] {
  const rows = Array.from({ length: height }, () => Array<string>(width).fill("0"));
  for (const [, x, y, length] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\3z/g)) {
    rows[Number(y)]?.fill("1", Number(x), Number(x) + Number(length));
  }
  return rows.map((row) => row.join(""));
}

it("covers the dark squares and no others, a run at a time", () => {
  const rows = ["1110111", "0000000", "1010101", "1111111", "0111110"];
  const path = qrPath(rows);
  expect(drawn(path, 7, 5)).toEqual(rows);
  expect(path.match(/M/g)).toHaveLength(8);
});
