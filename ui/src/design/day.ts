/**
 * Days as people type them. A day is `YYYY-MM-DD`, without a time zone. The day comes before the month, as
 * everywhere but in America; a year has four digits, so that no century is guessed.
 */

/** What stands in a field for a day: a day, null while it is empty, the text while it is no day. */
export type TypedDay = string | null;

const DAY = /^\d{4}-\d{2}-\d{2}$/;

export function isDay(typed: TypedDay): typed is string {
  return typed !== null && DAY.test(typed);
}

/** Month names of one language, in lower case and without the point of an abbreviation. */
function monthNames(language: string): string[] {
  const long = new Intl.DateTimeFormat(language, { month: "long", timeZone: "UTC" });
  return Array.from({ length: 12 }, (_, month) =>
    long.format(Date.UTC(2026, month, 1)).toLocaleLowerCase(language),
  );
}

/** 1 to 12 for a name or its beginning, three letters at least; null when it could be none or several. */
function monthOf(word: string, language: string): number | null {
  const typed = word.toLocaleLowerCase(language).replaceAll(".", "");
  if (typed.length < 3) return null;
  for (const names of [monthNames(language), monthNames("en")]) {
    const found = names.flatMap((name, month) => (name.startsWith(typed) ? [month + 1] : []));
    if (found.length === 1) return found[0] ?? null;
  }
  return null;
}

function existing(year: number, month: number, day: number): string | null {
  const date = new Date(Date.UTC(year, month - 1, day));
  const real =
    date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return real ? date.toISOString().slice(0, 10) : null;
}

/** "2026-04-03", "3.4.2026", "03/04/2026", "3 April 2026", "April 3, 2026" → "2026-04-03"; null when it is no day. */
export function parseDay(text: string, language: string): string | null {
  const typed = text.trim().replaceAll(/\s+/g, " ");
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(typed);
  if (iso) return existing(Number(iso[1]), Number(iso[2]), Number(iso[3]));
  const figures = /^(\d{1,2}) ?([./-]) ?(\d{1,2}) ?\2 ?(\d{4})$/.exec(typed);
  if (figures) return existing(Number(figures[4]), Number(figures[3]), Number(figures[1]));
  const dayFirst = /^(\d{1,2})\.? ?(\p{L}+\.?),? ?(\d{4})$/u.exec(typed);
  const monthFirst = /^(\p{L}+\.?) (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})$/u.exec(typed);
  const [word, day, year] = dayFirst
    ? [dayFirst[2], dayFirst[1], dayFirst[3]]
    : [monthFirst?.[1], monthFirst?.[2], monthFirst?.[3]];
  const month = word ? monthOf(word, language) : null;
  return month ? existing(Number(year), month, Number(day)) : null;
}

/** What stands in the field after this was typed. */
export function readDay(text: string, language: string): TypedDay {
  return text.trim() === "" ? null : (parseDay(text, language) ?? text.trim());
}

/** The day it is here. */
export function today(now = new Date()): string {
  const two = (figure: number) => String(figure).padStart(2, "0");
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

/** How a day is typed in this language, for the sentence at a field that could not be read. */
export function dayExample(language: string): string {
  return language.startsWith("de") ? "31.12.2026" : "31/12/2026";
}
