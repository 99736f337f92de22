import { describe, expect, it } from "vitest";
import { seconds, tidyDuration, total } from "./duration";

describe("the duration of a lesson", () => {
  it.each([
    ["15:30", 930],
    ["0:05", 5],
    ["90:00", 5400],
    ["1:05:00", 3900],
    [" 12:00 ", 720],
  ])("%s is %i seconds", (text, expected) => {
    expect(seconds(text)).toBe(expected);
  });

  it.each([null, "", "12", "12:60", "1:60:00", "1:5:00", "1000:00", "an hour"])("%s is none", (text) => {
    expect(seconds(text)).toBeNull();
  });

  it("takes a bare number for minutes and leaves the rest as typed", () => {
    expect(tidyDuration("15")).toBe("15:00");
    expect(tidyDuration(" 1:05:00 ")).toBe("1:05:00");
    expect(tidyDuration("long")).toBe("long");
  });

  it("adds up what can be read", () => {
    expect(total(["10:00", null, "soon", "1:00:30"])).toBe(4230);
  });
});
