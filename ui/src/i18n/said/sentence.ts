/**
 * Sentences of the program in another language. The program speaks English; a sentence people often meet is
 * known here by its English words, with holes where a name, a number or an amount stands: "Only {money} of
 * this payment can still be refunded." What a hole holds is itself translated, by the kind its name says.
 */
import { formatMoney, parseMoney } from "@/design/money";

/** English with holes → the other language with the same holes. A digit tells two holes of a kind apart. */
export type Sentences = Readonly<Record<string, string>>;

/**
 * Words that stand in holes, by kind: `role`, `status`, … What a kind without words holds stays as it is, and
 * so does what is no word of an open kind. Kinds of their own are `money`, `figure`, `wait`, and `sentence`,
 * which holds another sentence.
 */
export type HoleWords = Readonly<Record<string, Readonly<Record<string, string>>>>;

export interface Said {
  language: string;
  sentences: Sentences;
  holes: HoleWords;
}

/** Kinds that hold a word or anything else: what is kept of a record may be a name, a cause the driver's. */
const OPEN: readonly string[] = ["kept", "unreached", "notLetIn"];

const HOLE = /\{(\w+)\}/g;
const escaped = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
/** "money2" → "money" */
const kindOf = (hole: string) => hole.replace(/\d+$/, "");

interface Pattern {
  shape: RegExp;
  holes: string[];
  into: string;
}

function patternOf(english: string, into: string): Pattern {
  const holes: string[] = [];
  let shape = "";
  let from = 0;
  for (const hole of english.matchAll(HOLE)) {
    holes.push(hole[1] ?? "");
    shape += `${escaped(english.slice(from, hole.index))}(.+?)`;
    from = hole.index + hole[0].length;
  }
  return { shape: new RegExp(`^${shape}${escaped(english.slice(from))}$`, "s"), holes, into };
}

/** What a hole holds in the other language; null when its kind has words and this is none of them. */
function filling(kind: string, text: string, { language, holes }: Said): string | null {
  if (kind === "money") {
    const [currency = "", amount = ""] = text.split(" ");
    const minor = /^[A-Z]{3}$/.test(currency) ? parseMoney(amount, currency, "en") : null;
    return minor === null ? text : formatMoney(minor, currency, language);
  }
  if (kind === "wait") {
    const [figure = "", unit = ""] = text.split(" ");
    const known = holes.wait?.[unit];
    return known ? `${figure} ${known}` : null;
  }
  if (kind === "figure") {
    const figure = Number(text);
    return Number.isFinite(figure) ? figure.toLocaleString(language, { maximumFractionDigits: 3 }) : text;
  }
  const words = holes[kind];
  return words ? (words[text] ?? (OPEN.includes(kind) ? text : null)) : text;
}

/** A function from the program's sentence to the language's own; null when the sentence is not known. */
export function speaker(said: Said): (sentence: string) => string | null {
  const exact = new Map<string, string>();
  const patterns: Pattern[] = [];
  for (const [english, into] of Object.entries(said.sentences)) {
    if (english.includes("{")) patterns.push(patternOf(english, into));
    else exact.set(english, into);
  }
  const speak = (sentence: string): string | null => {
    const known = exact.get(sentence);
    if (known) return known;
    for (const { shape, holes, into } of patterns) {
      const match = shape.exec(sentence);
      if (!match) continue;
      const filled = holes.map((hole, at) => {
        const [kind, text] = [kindOf(hole), match[at + 1] ?? ""];
        return kind === "sentence" ? speak(text) : filling(kind, text, said);
      });
      if (filled.includes(null)) continue;
      return into.replaceAll(HOLE, (_, hole: string) => filled[holes.indexOf(hole)] ?? "");
    }
    return null;
  };
  return speak;
}
