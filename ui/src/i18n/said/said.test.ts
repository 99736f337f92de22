import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { switchLanguage } from "..";
import { GERMAN, GERMAN_HOLES, said } from ".";

afterEach(() => switchLanguage("en"));

const holesOf = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((hole) => hole[1] ?? "");
const SAMPLES: Record<string, string> = {
  money: "EUR 12.50",
  wait: "5 minutes",
  number: "100",
  sentence: "This person was not found.",
};
const sampleOf = (hole: string) => {
  const kind = hole.replace(/\d+$/, "");
  return SAMPLES[kind] ?? Object.keys(GERMAN_HOLES[kind] ?? {})[0] ?? `<${hole}>`;
};

describe("sentences of the program in German", () => {
  it.each(Object.entries(GERMAN))("%s", async (english, german) => {
    expect(holesOf(german).sort()).toEqual(holesOf(english).sort());
    await switchLanguage("de");
    const sample = english.replaceAll(/\{(\w+)\}/g, (_, hole: string) => sampleOf(hole));
    const spoken = said(sample);
    // the words between the holes are the language's own, so this entry was taken and no other
    let from = 0;
    for (const piece of german.split(/\{\w+\}/)) {
      const at = spoken?.indexOf(piece, from) ?? -1;
      expect(at, `${spoken} has “${piece}”`).toBeGreaterThanOrEqual(0);
      from = at + piece.length;
    }
    expect(spoken).not.toMatch(/\{\w+\}/);
  });

  it.each([
    [
      "Too many failed sign-ins. Try again in 5 minutes, or ask an administrator.",
      "Zu viele Fehlversuche. Versuchen Sie es in 5 Minuten noch einmal, oder wenden Sie sich an die Verwaltung.",
    ],
    ["The course was not found.", "Der Kurs wurde nicht gefunden."],
    ["The biography has more than 500 characters.", "Der Text über die Person hat mehr als 500 Zeichen."],
    ["Ada is already in “Latin (I)” (active).", "Ada ist schon in „Latin (I)“ (aktiv)."],
    [
      "At most EUR 1250.50 can be refunded; EUR 5.00 already wait for approval.",
      "Höchstens 1.250,50 € können erstattet werden; 5,00 € warten schon auf Zustimmung.",
    ],
    [
      "The server does not accept this desktop's login: it knows no such name, or the password is wrong.",
      "Der Server nimmt den Zugang dieses Arbeitsplatzes nicht an: Er kennt den Namen nicht, oder das Passwort stimmt nicht.",
    ],
    [
      "The server does not accept this desktop's login: SCRAM failure: iteration count too low",
      "Der Server nimmt den Zugang dieses Arbeitsplatzes nicht an: SCRAM failure: iteration count too low",
    ],
    [
      "The mail server was not reached: no server answers at this address.",
      "Der Mailserver war nicht erreichbar: Unter dieser Adresse antwortet kein Server.",
    ],
    [
      "The mail server did not let this desktop in: it does not accept the login with this password (5.7.8 Wrong)",
      "Der Mailserver hat diesen Arbeitsplatz nicht eingelassen: Er nimmt den Zugang mit diesem Passwort nicht an (5.7.8 Wrong)",
    ],
    [
      "The mail server did not let this desktop in: 5.7.0 Must issue a STARTTLS command first",
      "Der Mailserver hat diesen Arbeitsplatz nicht eingelassen: 5.7.0 Must issue a STARTTLS command first",
    ],
  ])("%s", async (english, german) => {
    expect(said(english)).toBe(english);
    await switchLanguage("de");
    expect(said(english)?.replaceAll("\u00a0", " ")).toBe(german);
  });

  it("says nothing in place of a sentence it does not know", async () => {
    await switchLanguage("de");
    expect(said("The moon is full.")).toBeNull();
    expect(said("The moon was not found.")).toBeNull();
  });
});

/** Everything the program's sources hold between quotes, as one text. */
function sources(dir: string): string {
  return readdirSync(dir, { withFileTypes: true })
    .map((entry) => {
      const path = join(dir, entry.name);
      if (entry.isDirectory()) return sources(path);
      return entry.name.endsWith(".rs") ? readFileSync(path, "utf8") : "";
    })
    .join("\n");
}

it("knows only sentences that the program says", () => {
  const text = sources(join(process.cwd(), "../src-tauri"))
    .replaceAll(/\\u\{([0-9a-f]+)\}/g, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16)))
    .replaceAll(/\\\n\s*/g, "")
    .replaceAll('\\"', '"');
  // what another sentence brings along, or a noun in front
  const put = ["The local database did not answer: ", "A course", "A module", "A lesson", "An assessment"];
  const unsaid = Object.keys(GERMAN).flatMap((english) => {
    const prefix = put.find((start) => english.startsWith(start));
    const pieces = english.split(/\{\w+\}/).map((piece) => piece.trim());
    const whole = pieces.every((piece) => text.includes(piece));
    return whole || (prefix && text.includes(english.slice(prefix.length))) ? [] : [english];
  });
  expect(unsaid).toEqual([]);
});
