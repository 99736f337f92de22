import { describe, expect, it } from "vitest";
import { currencyDigits, formatAmount, formatMoney, moneyExample, parseMoney, readMoney } from "./money";

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
  it.each([
    ["12.50", "EUR", "de"],
    ["1.25", "EUR", "de"],
    ["1.2500", "EUR", "de"],
    ["1.250.5", "EUR", "de"],
    ["12,50", "EUR", "en"],
    ["1,25", "EUR", "en"],
    ["12,5,000", "EUR", "en"],
    ["1250,000", "EUR", "en"],
    ["1.250,00", "EUR", "en"],
    ["12.5", "JPY", "en"],
    ["1,20,00", "BDT", "en"],
  ])("does not guess what %s %s means in %s", (text, currency, locale) => {
    expect(parseMoney(text, currency, locale)).toBeNull();
  });
  it.each([
    ["1.250", "EUR", "de", 125000],
    ["1.234.567,89", "EUR", "de", 123456789],
    ["1 250,00", "EUR", "de", 125000],
    ["€12.50", "EUR", "en", 1250],
    ["1,20,000", "BDT", "en", 12000000],
    ["12,34,567.50", "BDT", "en", 123456750],
    ["BDT 12.50", "BDT", "en", 1250],
    ["12,50 €", "EUR", "de", 1250],
  ])("takes %s %s in %s", (text, currency, locale, minor) => {
    expect(parseMoney(text, currency, locale)).toBe(minor);
  });
  it("knows an empty field from an unreadable one", () => {
    expect(readMoney(" ", "EUR", "de")).toBeNull();
    expect(readMoney("12.50", "EUR", "de")).toBe("12.50");
    expect(readMoney("12,50", "EUR", "de")).toBe(1250);
  });
  it("says how an amount is written", () => {
    expect(moneyExample("EUR", "de")).toBe("1.250,50");
    expect(moneyExample("EUR", "en")).toBe("1,250.50");
    expect(moneyExample("JPY", "en")).toBe("1,250");
  });
  it("gives back what was shown", () => {
    for (const minor of [0, 1, 99, 100, 123456789]) {
      expect(parseMoney(formatAmount(minor, "USD", "de"), "USD", "de")).toBe(minor);
    }
  });
});
