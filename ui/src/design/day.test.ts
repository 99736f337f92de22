import { describe, expect, it } from "vitest";
import { isDay, parseDay, readDay, today } from "./day";

describe("parseDay", () => {
  it.each([
    ["2026-04-03", "en"],
    ["03/04/2026", "en"],
    ["3/4/2026", "en"],
    ["3.4.2026", "de"],
    ["03.04.2026", "en"],
    ["3. 4. 2026", "de"],
    ["03-04-2026", "en"],
    ["3 April 2026", "en"],
    ["3 apr 2026", "en"],
    ["April 3, 2026", "en"],
    ["April 3rd 2026", "en"],
    ["3. April 2026", "de"],
    ["3 Apr. 2026", "de"],
  ])("reads %s (%s) as the third of April", (text, language) => {
    expect(parseDay(text, language)).toBe("2026-04-03");
  });
  it.each([
    ["31/12/2025", "en", "2025-12-31"],
    ["31.12.2025", "de", "2025-12-31"],
    ["1. März 2026", "de", "2026-03-01"],
    ["1 mär 2026", "de", "2026-03-01"],
    ["24 Dezember 2025", "de", "2025-12-24"],
    ["24 December 2025", "de", "2025-12-24"],
    ["29.2.2024", "de", "2024-02-29"],
  ])("reads %s (%s)", (text, language, day) => {
    expect(parseDay(text, language)).toBe(day);
  });
  it.each([
    "",
    "soon",
    "31/02/2026",
    "29.2.2026",
    "12/31/2025",
    "3/4/26",
    "3.4",
    "2026",
    "3 Ju 2026",
    "0/1/2026",
  ])("does not guess what %s means", (text) => {
    expect(parseDay(text, "en")).toBeNull();
  });
});

it("knows an empty field from an unreadable one", () => {
  expect(readDay(" ", "en")).toBeNull();
  expect(readDay("12/31/2025", "en")).toBe("12/31/2025");
  expect(isDay(readDay("12/31/2025", "en"))).toBe(false);
  expect(isDay(readDay("31/12/2025", "en"))).toBe(true);
});

it("says which day it is here", () => {
  expect(today(new Date(2026, 0, 5, 23, 59))).toBe("2026-01-05");
});
