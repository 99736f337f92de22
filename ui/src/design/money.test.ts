import { describe, expect, it } from "vitest";
import { currencyDigits, formatAmount, formatMoney, parseMoney } from "./money";

const plain = (text: string) => text.replaceAll(/[\u00a0\u202f]/g, " ");

describe("formatMoney", () => {
  it("is exact to the minor unit", () => {
    expect(formatMoney(125000, "USD", "en")).toBe("$1,250.00");
    expect(formatMoney(5, "USD", "en")).toBe("$0.05");
    expect(formatMoney(-5, "GBP", "en")).toBe("-£0.05");
    expect(formatMoney(0, "EUR", "en")).toBe("€0.00");
  });
  it("knows how many digits a currency has", () => {
    expect(currencyDigits("BDT")).toBe(2);
    expect(currencyDigits("JPY")).toBe(0);
    expect(formatMoney(1250, "JPY", "en")).toBe("¥1,250");
  });
  it("loses nothing near the largest safe integer", () => {
    expect(formatMoney(Number.MAX_SAFE_INTEGER, "USD", "en")).toBe("$90,071,992,547,409.91");
  });
  it("writes as the language does", () => {
    expect(plain(formatMoney(125050, "EUR", "de"))).toBe("1.250,50 €");
    expect(formatAmount(125050, "EUR", "de")).toBe("1.250,50");
  });
});

describe("parseMoney", () => {
  it.each([
    ["1250", "USD", "en", 125000],
    ["1,250.5", "USD", "en", 125050],
    ["1.250,50", "EUR", "de", 125050],
    ["0.01", "USD", "en", 1],
    ["900", "JPY", "en", 900],
  ])("%s %s in %s", (text, currency, locale, minor) => {
    expect(parseMoney(text, currency, locale)).toBe(minor);
  });
  it.each(["", "abc", "-5", "1.234", "1e3", "99999999999999999"])("refuses %s", (text) => {
    expect(parseMoney(text, "USD", "en")).toBeNull();
  });
  it("gives back what was shown", () => {
    for (const minor of [0, 1, 99, 100, 123456789]) {
      expect(parseMoney(formatAmount(minor, "USD", "de"), "USD", "de")).toBe(minor);
    }
  });
});
