/** Verification finds nothing that it could not say in German: every sentence of its sources is known. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { switchLanguage } from "..";
import { GERMAN, said } from ".";

afterEach(() => switchLanguage("en"));

const FILES = ["verify.rs", "verify/books.rs", "verify/enrollments.rs", "trail.rs"];
/** What the store says around a reason, which verification takes away. */
const AROUND = ["readable afterwards: ", "cannot be read: "];

/** The texts of a source that have more than one word, without its comments. */
function sentences(file: string): string[] {
  const path = join(process.cwd(), "../src-tauri/crates/workflows/src/operations", file);
  const source = readFileSync(path, "utf8").replaceAll(/\/\/.*/g, "");
  return [...source.matchAll(/"((?:[^"\\]|\\.)*)"/gs)]
    .map(([, text = ""]) => text.replaceAll(/\\\n\s*/g, ""))
    .filter((text) => text.includes(" ") && !AROUND.includes(text));
}

const bare = (text: string) => text.replaceAll(/\{[^}]*\}/g, "{}");
const known = new Set(Object.keys(GERMAN).map(bare));
const found = FILES.flatMap(sentences);

it("finds the sentences", () => {
  expect(found.length).toBeGreaterThan(35);
  expect(found).toContain("The sign of the amount does not fit what the row books.");
});

it.each(found)("knows %s", (sentence) => {
  expect(known).toContain(bare(sentence));
});

it.each([
  [
    "The payment says EUR 120.00 are held, the ledger says EUR 1200.50.",
    "Laut Zahlung sind 120,00 € vorhanden, laut Buchungsjournal 1.200,50 €.",
  ],
  [
    "The payment is completed; its refunds make it partially_refunded.",
    "Die Zahlung ist bezahlt; nach ihren Erstattungen ist sie teilweise erstattet.",
  ],
  ["“Latin (I)” says it has 4 lessons and has 5.", "„Latin (I)“ nennt 4 Lektionen und hat 5."],
  ["The progress says 33.3 percent and is 50.", "Der Fortschritt nennt 33,3 Prozent und ist 50."],
  ["nothing is kept, 14 is right.", "Festgehalten ist nichts, richtig ist 14."],
  ["missing is kept, found is right.", "Festgehalten ist fehlend, richtig ist vorhanden."],
  ["a@b.org is kept, c@b.org is right.", "Festgehalten ist a@b.org, richtig ist c@b.org."],
  ["DESK1: Row 12 is missing: it was removed.", "DESK1: Zeile 12 fehlt: Sie wurde entfernt."],
  [
    "DESK1: This row has no place in the chain: it was added. (session.started)",
    "DESK1: Diese Zeile hat keinen Platz in der Kette: Sie wurde hinzugefügt. (session.started)",
  ],
])("%s", async (english, german) => {
  expect(said(english)).toBe(english);
  await switchLanguage("de");
  expect(said(english)?.replaceAll("\u00a0", " ")).toBe(german);
});

it("leaves what is in no known sentence of a device", async () => {
  await switchLanguage("de");
  expect(said("DESK1: The moon is full.")).toBeNull();
});
