import { describe, expect, it } from "vitest";
import { formatSpan, relative } from "./time";

const now = new Date("2026-03-10T12:00:00Z");
const ago = (seconds: number) => new Date(now.getTime() - seconds * 1000);

describe("relative", () => {
  it.each([
    [0, null],
    [59, null],
    [60, "1 minute ago"],
    [3 * 3600 + 10, "3 hours ago"],
    [86_400, "yesterday"],
    [6 * 86_400, "6 days ago"],
    [15 * 86_400, "2 weeks ago"],
    [40 * 86_400, "29 Jan 2026"],
  ])("%s seconds ago", (seconds, text) => {
    expect(relative(ago(seconds), now, "en")).toBe(text);
  });
  it("looks ahead", () => {
    expect(relative(ago(-2 * 86_400), now, "en")).toBe("in 2 days");
    expect(relative(ago(-2 * 86_400), now, "de")).toBe("übermorgen");
  });
});

describe("formatSpan", () => {
  it.each([
    [0, "0 sec"],
    [45, "45 sec"],
    [95, "1 min 35 sec"],
    [3600, "1 hr"],
    [5400, "1 hr 30 min"],
  ])("%s", (seconds, text) => {
    expect(formatSpan(seconds, "en")).toBe(text);
  });
});
