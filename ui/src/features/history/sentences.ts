/**
 * The sentences of timelines and of "why is it in this state": made here from the verb and its figures, in
 * the reader's language. A verb without a sentence of its own still reads as words, never as nothing.
 *
 * A sentence may have variants for what is not always there: `captured_reference` is told when there is a
 * reference, `booked_full_endsAccess` when both hold. The variant that tells most wins.
 */
import i18next from "i18next";
import type { Tone } from "@/design";
import { formatAmount, formatDate, formatMoney } from "@/design";

type Detail = Record<string, unknown>;
type Kind = "verb" | "why";

const NS = { ns: "history" } as const;

/** Words somebody wrote: told as they are, never looked up. */
const AS_WRITTEN = new Set([
  "title",
  "course",
  "lesson",
  "assessment",
  "name",
  "admin",
  "by",
  "file",
  "note",
  "message",
  "denial",
  "device",
]);

/** Figures as people write them: amounts with their currency, words of statuses, names of fields, dates. */
function spoken(detail: Detail, language: string): Record<string, string> {
  const out: Record<string, string> = {};
  for (const [key, value] of Object.entries(detail)) {
    if (value === null || value === undefined || value === "") continue;
    const bare = key.endsWith("Minor") ? key.slice(0, -"Minor".length) : null;
    const currency = bare ? (detail[`${bare}Currency`] ?? detail.currency) : null;
    if (bare && typeof value === "number" && typeof currency === "string") {
      out[bare] = formatMoney(value, currency, language);
    } else if (typeof value === "number") {
      out[key] = value.toLocaleString(language, { maximumFractionDigits: 2 });
    } else if (typeof value === "string" && /^\d{4}-\d{2}-\d{2}T/.test(value)) {
      out[key] = formatDate(new Date(value), language);
    } else if (typeof value === "string") {
      out[key] = AS_WRITTEN.has(key) ? value : word(value);
    } else if (Array.isArray(value)) {
      out[key] = [...new Set(value.map((each) => changed(String(each), detail, language)))].join(", ");
    }
  }
  return out;
}

/** A field that was changed; with what it was and what it became where the trail keeps both. */
function changed(path: string, detail: Detail, language: string): string {
  const field = fieldName(path);
  const was = detail[`${path}From`] ?? null;
  const is = detail[`${path}To`] ?? null;
  if (was === null || is === null) return field;
  const holes = { field, from: saidValue(path, was, language), to: saidValue(path, is, language) };
  return i18next.t("changed" as never, { ...NS, ...holes }) as unknown as string;
}

/** The value of a field; one that means something of its own (`idleMinutes` 0: never) has its words. */
function saidValue(path: string, value: unknown, language: string): string {
  const known = [`value.${path}.${value}`, `value.${value}`].find(
    (key) => /^[\w.]+$/.test(key) && i18next.exists(key, NS),
  );
  if (known) return i18next.t(known as never, NS) as unknown as string;
  // a threshold holds in every currency; each has hundredths
  if (typeof value === "number" && path.endsWith("Minor")) return formatAmount(value, "EUR", language);
  if (typeof value === "number") return value.toLocaleString(language);
  return String(value);
}

/** A stored word (`partially_refunded`, `admin`, `cash`) in the reader's language; other text as it is. */
function word(value: string): string {
  if (!/^[a-z][a-z_-]*$/.test(value)) return value;
  const key = `word.${value}`;
  return i18next.exists(key, NS) ? i18next.t(key as never, NS) : value;
}

/** The name of a document's field by its path; one without a name reads as the last part of the path. */
export function fieldName(path: string): string {
  const key = `field.${path}`;
  const known = /^[A-Za-z.]+$/.test(path) && i18next.exists(key, NS);
  const named = known ? i18next.t(key as never, NS) : null;
  if (typeof named === "string") return named;
  return (path.split(".").at(-1) ?? path).replace(/([A-Z])/g, " $1").toLowerCase();
}

function plain(code: string): string {
  const words = code.replace(/[.-]/g, " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The key of the fullest variant whose every part is there; null where there is no sentence at all. */
function variant(kind: Kind, code: string, has: (part: string) => boolean): string | null {
  const path = `${kind}.${code}`.split(".");
  const leaf = path.pop() ?? "";
  const family: unknown =
    i18next.getResource(i18next.resolvedLanguage ?? i18next.language, "history", path.join(".")) ?? {};
  const keys = Object.keys(family as object).filter(
    (key) =>
      key === leaf ||
      (key.startsWith(`${leaf}_`) &&
        key
          .slice(leaf.length + 1)
          .split("_")
          .every(has)),
  );
  const best = keys.sort((a, b) => b.split("_").length - a.split("_").length)[0];
  return best === undefined ? null : [...path, best].join(".");
}

function sentence(kind: Kind, code: string, detail: Detail): string {
  const holes = spoken(detail, i18next.language);
  const key = variant(kind, code, (part) => detail[part] === true || part in holes);
  if (key === null) return plain(code);
  const base = i18next.t(key as never, { ...NS, ...holes }) as unknown as string;
  const reason = holes.reason ?? holes.note;
  if (!reason || base.includes(reason)) return base;
  return `${base} ${i18next.t("quoted" as never, { ...NS, text: reason })}`;
}

export const verbSentence = (verb: string, detail: Detail) => sentence("verb", verb, detail);
export const whySentence = (code: string, params: Detail) => sentence("why", code, params);

/** What comes next from a state, where there is something to say. */
export function nextSentence(code: string): string | null {
  const key = `next.${code}`;
  return i18next.exists(key, NS) ? (i18next.t(key as never, NS) as unknown as string) : null;
}

const TONES: [RegExp, Tone][] = [
  [/captured|activated|published|person\.unlocked|restored/, "green"],
  [/completed|issued|recorded|signed-in|imported/, "ink"],
  [/denied|failed|locked-out|revoked|ended/, "red"],
  [/withdrawn/, "grey"],
  [/refund/, "violet"],
  [/created|submitted|requested|reopened/, "amber"],
];

export function verbTone(verb: string): Tone {
  return TONES.find(([pattern]) => pattern.test(verb))?.[1] ?? "grey";
}
