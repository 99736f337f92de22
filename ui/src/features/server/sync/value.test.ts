import { describe, expect, it } from "vitest";
import { linesOf, marked } from "./value";

const say = { yes: "yes", no: "no" };
const lines = (value: unknown) => linesOf(value, "en", say);

describe("a value in lines", () => {
  it.each<[unknown, string[]]>([
    [null, []],
    [undefined, []],
    ["", []],
    [[], []],
    ["Ink", ["Ink"]],
    [1200.5, ["1,200.5"]],
    [false, ["no"]],
    [["a", "b"], ["a, b"]],
    [{ _id: "x", amount: 250, currency: "GBP", gone: null }, ["amount: 250", "currency: GBP"]],
    [
      [{ _id: "1", title: "Paper" }, { name: "Ink" }],
      ["Paper", "Ink"],
    ],
    [[{ _id: "1", weight: 3, must: true }], ["weight: 3 · must: yes"]],
  ])("%j", (value, expected) => {
    expect(lines(value)).toEqual(expected);
  });
});

describe("what is new in a text", () => {
  const fresh = (from: string, text: string) =>
    marked(from, text)
      .filter((piece) => piece.fresh)
      .map((piece) => piece.text.trim());

  it("marks only the words that came", () => {
    expect(fresh("the quick fox", "the quick brown fox")).toEqual(["brown"]);
    expect(fresh("one two three", "one three")).toEqual([]);
    expect(fresh("", "all new")).toEqual(["all new"]);
    expect(fresh("same", "same")).toEqual([]);
  });

  it("is the text again when joined, whatever came before", () => {
    const texts = ["", "a", "a b c", "c b a\n\nd", " leading and  double ", "a b a b"];
    for (const from of texts) {
      for (const text of texts) {
        const pieces = marked(from, text);
        expect(pieces.map((piece) => piece.text).join("")).toBe(text);
        for (let i = 1; i < pieces.length; i++) expect(pieces[i]?.fresh).not.toBe(pieces[i - 1]?.fresh);
      }
    }
  });

  it("does not compare what would take too long", () => {
    const long = "word ".repeat(3_000);
    expect(marked(long, `${long}more`)).toEqual([{ text: `${long}more`, fresh: false }]);
  });
});
