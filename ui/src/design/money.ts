/** Money for the eye, from whole minor units. The window never calculates with major units. */

/** Currencies whose sign the bundled typeface does not have: they are written by their code. */
const UNDRAWN: ReadonlySet<string> = new Set(["BDT"]);

const cache = new Map<string, { format: Intl.NumberFormat; digits: number }>();

function formatter(currency: string, locale: string, plain: boolean) {
  const key = `${locale}|${currency}|${plain}`;
  let found = cache.get(key);
  if (!found) {
    const money = new Intl.NumberFormat(locale, {
      style: "currency",
      currency,
      currencyDisplay: UNDRAWN.has(currency) ? "code" : "narrowSymbol",
    });
    const digits = money.resolvedOptions().maximumFractionDigits ?? 2;
    const format = plain
      ? new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits })
      : money;
    found = { format, digits };
    cache.set(key, found);
  }
  return found;
}

/** How many digits after the point the currency has: 2 for BDT, 0 for JPY. */
export function currencyDigits(currency: string): number {
  return formatter(currency, "en", false).digits;
}

/** Exact decimal text of minor units: -5, 2 → "-0.05". Strings keep sums beyond 2^53 hundredths honest. */
function decimal(minor: number, digits: number): `${number}` {
  const sign = minor < 0 ? "-" : "";
  const text = Math.abs(minor)
    .toString()
    .padStart(digits + 1, "0");
  const whole = text.slice(0, text.length - digits);
  const fraction = digits > 0 ? `.${text.slice(-digits)}` : "";
  return `${sign}${whole}${fraction}` as `${number}`;
}

/** 125000, "EUR" → "€1,250.00"; "BDT" → "BDT 1,250.00" */
export function formatMoney(minor: number, currency: string, locale: string): string {
  const { format, digits } = formatter(currency, locale, false);
  return format.format(decimal(minor, digits));
}

/** The same without the sign of the currency, for columns that name it in their head. */
export function formatAmount(minor: number, currency: string, locale: string): string {
  const { format, digits } = formatter(currency, locale, true);
  return format.format(decimal(minor, digits));
}

/**
 * What stands in a field for money: whole minor units, null while it is empty, and the text as it was typed
 * while it is not an amount. So an unreadable amount is never taken for none, and nothing typed is lost.
 */
export type TypedMoney = number | string | null;

const escaped = (sign: string) => sign.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");

/**
 * What a person typed, as minor units; null when it is not an amount of this currency in this language.
 * A sign between thousands counts only where thousands begin: "12.50" is no German amount, "1.250" is 1250.
 */
export function parseMoney(text: string, currency: string, locale: string): number | null {
  const parts = new Intl.NumberFormat(locale).formatToParts(1234567.8);
  const group = escaped(parts.find((part) => part.type === "group")?.value ?? ",");
  const point = escaped(parts.find((part) => part.type === "decimal")?.value ?? ".");
  const bare = text
    .replaceAll(/\p{Sc}/gu, "")
    .replace(currency, "")
    .trim();
  // thousands, or lakhs and crores as in Dhaka: 12,34,567
  const thousands = `\\d{1,3}(?:(?:${group}|\\s)\\d{3})+`;
  const lakhs = `\\d{1,2}(?:${group}\\d{2})+${group}\\d{3}`;
  const written = new RegExp(`^(\\d+|${thousands}|${lakhs})(?:${point}(\\d*))?$`);
  const match = written.exec(bare);
  if (!match?.[1]) return null;
  const digits = currencyDigits(currency);
  const fraction = match[2] ?? "";
  if (fraction.length > digits) return null;
  const minor = Number(`${match[1].replaceAll(/\D/g, "")}${fraction.padEnd(digits, "0")}`);
  return Number.isSafeInteger(minor) ? minor : null;
}

/** What stands in the field after this was typed. */
export function readMoney(text: string, currency: string, locale: string): TypedMoney {
  if (text.trim() === "") return null;
  return parseMoney(text, currency, locale) ?? text;
}

/** How an amount is written in this language, for the sentence at a field that could not be read. */
export function moneyExample(currency: string, locale: string): string {
  return formatAmount(currencyDigits(currency) > 0 ? 125050 : 1250, currency, locale);
}
