import { describe, expect, it } from "vitest";
import { spread } from "./LineFigure";

describe("spread", () => {
  it("leaves names alone that are apart", () => {
    expect(spread([0, 50, 100], 14)).toEqual([0, 50, 100]);
  });
  it("pushes names down that would cover each other, keeping their order", () => {
    expect(spread([52, 50, 51], 14)).toEqual([78, 50, 64]);
  });
});
