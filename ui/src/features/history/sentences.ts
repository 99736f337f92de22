/**
 * The sentences of timelines and of "why is it in this state": made here from the verb and its figures, in
 * the reader's language. A verb without a sentence of its own still reads as words, never as nothing.
 */
import i18next from "i18next";
import type { Tone } from "@/design";
import { formatDate, formatMoney } from "@/design";

type Detail = Record<string, unknown>;

/** Figures as people write them: amounts with their currency, words of statuses, dates. */
function spoken(detail: Detail, language: string): Record<string, string> {
  const out: Record<string, string> = {};
  const currency = typeof detail.currency === "string" ? detail.currency : null;
  for (const [key, value] of Object.entries(detail)) {
    if (value === null || value === undefined) continue;
    if (key.endsWith("Minor") && typeof value === "number" && currency) {
      out[key.slice(0, -"Minor".length)] = formatMoney(value, currency, language);
    } else if (typeof value === "number") {
      out[key] = value.toLocaleString(language);
    } else if (typeof value === "string" && /^\d{4}-\d{2}-\d{2}T/.test(value)) {
      out[key] = formatDate(new Date(value), language);
    } else if (typeof value === "string") {
      out[key] = word(value);
    } else if (Array.isArray(value)) {
      out[key] = value.map((each) => word(String(each))).join(", ");
    }
  }
  return out;
}

/** A stored word (`partially_refunded`, `admin`, `cash`) in the reader's language; other text as it is. */
function word(value: string): string {
  const key = `word.${value}`;
  return i18next.exists(key, { ns: "history" }) ? i18next.t(key as never, { ns: "history" }) : value;
}

function plain(code: string): string {
  const words = code.replace(/[.-]/g, " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function sentence(kind: "verb" | "why", code: string, detail: Detail): string {
  const language = i18next.language;
  const key = `${kind}.${code}`;
  const holes = spoken(detail, language);
  if (!i18next.exists(key, { ns: "history" })) return plain(code);
  const base = i18next.t(key as never, { ns: "history", ...holes }) as unknown as string;
  const reason = holes.reason ?? holes.note;
  const closed = /[.!?]$/.test(base) ? base : `${base}.`;
  return reason && !base.includes(reason) ? `${closed} “${reason}”` : closed;
}

export const verbSentence = (verb: string, detail: Detail) => sentence("verb", verb, detail);
export const whySentence = (code: string, params: Detail) => sentence("why", code, params);

/** What comes next from a state, where there is something to say. */
export function nextSentence(code: string): string | null {
  const key = `next.${code}`;
  return i18next.exists(key, { ns: "history" })
    ? (i18next.t(key as never, { ns: "history" }) as unknown as string)
    : null;
}

const TONES: [RegExp, Tone][] = [
  [/captured|activated|published|unlocked/, "green"],
  [/completed|issued/, "ink"],
  [/refund/, "violet"],
  [/failed|locked-out|denied|revoked|suspended/, "red"],
  [/created|submitted|requested|reopened/, "amber"],
];

export function verbTone(verb: string): Tone {
  return TONES.find(([pattern]) => pattern.test(verb))?.[1] ?? "grey";
}
