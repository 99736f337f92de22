/**
 * The value of a field as people read it, and what is new in a text beside the one it came from. Both are
 * pure: a conflict card shows three of them side by side.
 */

/** A value in lines; none stands for "nothing". `say` gives the words for yes and no. */
export function linesOf(value: unknown, language: string, say: { yes: string; no: string }): string[] {
  if (value === null || value === undefined || value === "") return [];
  if (typeof value === "string") return [value];
  if (typeof value === "number") return [value.toLocaleString(language)];
  if (typeof value === "boolean") return [value ? say.yes : say.no];
  if (Array.isArray(value)) {
    const plain = value.every((one) => typeof one !== "object" || one === null);
    const lines = value.flatMap((one) => (plain ? linesOf(one, language, say) : titleOf(one, language, say)));
    return plain ? [lines.join(", ")].filter(Boolean) : lines;
  }
  return Object.entries(value)
    .filter(([key]) => key !== "_id")
    .flatMap(([key, inner]) => {
      const text = linesOf(inner, language, say).join(", ");
      return text ? [`${key}: ${text}`] : [];
    });
}

/** One line for an entry of a list: by its title or name where it has one. */
function titleOf(entry: unknown, language: string, say: { yes: string; no: string }): string[] {
  if (typeof entry === "object" && entry !== null) {
    const { title, name } = entry as Record<string, unknown>;
    if (typeof title === "string" && title) return [title];
    if (typeof name === "string" && name) return [name];
  }
  return [linesOf(entry, language, say).join(" · ")].filter(Boolean);
}

export interface Piece {
  text: string;
  /** Not in the text it came from. */
  fresh: boolean;
}

/** Beyond so many comparisons the pieces would come later than the reader. */
const MOST = 4_000_000;

/** `text` in pieces, those that are new beside `from` marked; word by word, by a longest common subsequence. */
export function marked(from: string, text: string): Piece[] {
  const before = words(from);
  const after = words(text);
  if (before.length * after.length > MOST) return [{ text, fresh: false }];
  const width = after.length + 1;
  // common[i][j]: length of the longest common run of words from before[i…] and after[j…]
  const common = new Uint32Array((before.length + 1) * width);
  const at = (i: number, j: number) => common[i * width + j] ?? 0;
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) {
      common[i * width + j] =
        before[i] === after[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const pieces: Piece[] = [];
  const add = (piece: string, fresh: boolean) => {
    const last = pieces.at(-1);
    if (last?.fresh === fresh) last.text += piece;
    else pieces.push({ text: piece, fresh });
  };
  let i = 0;
  for (let j = 0; j < after.length; ) {
    const word = after[j] ?? "";
    if (i < before.length && before[i] === word) {
      add(word, false);
      i++;
      j++;
    } else if (i < before.length && at(i + 1, j) >= at(i, j + 1)) {
      i++;
    } else {
      add(word, true);
      j++;
    }
  }
  return pieces;
}

/** Words with the space after them, so that joined again they are the text. */
function words(text: string): string[] {
  return text.match(/\s+|\S+\s*/g) ?? [];
}
