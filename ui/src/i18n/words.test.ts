import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { AREAS, LANGUAGES } from ".";

const root = join(process.cwd(), "src/i18n");

function leaves(value: unknown, path = ""): Map<string, string> {
  if (typeof value === "string") return new Map([[path, value]]);
  const out = new Map<string, string>();
  for (const [key, inner] of Object.entries(value as Record<string, unknown>)) {
    for (const [p, v] of leaves(inner, path ? `${path}.${key}` : key)) out.set(p, v);
  }
  return out;
}
const read = (language: string, area: string) =>
  leaves(JSON.parse(readFileSync(join(root, language, `${area}.json`), "utf8")));
const holes = (text: string) => [...text.matchAll(/{{\s*(\w+)/g)].map((m) => m[1]).sort();

describe("words", () => {
  it.each(Object.keys(LANGUAGES))("%s has exactly one file an area", (language) => {
    const found = readdirSync(join(root, language)).sort();
    expect(found).toEqual(AREAS.map((area) => `${area}.json`).sort());
  });

  it.each(AREAS)("%s says the same things in every language", (area) => {
    const english = read("en", area);
    const german = read("de", area);
    expect([...german.keys()].sort()).toEqual([...english.keys()].sort());
    for (const [key, text] of english) {
      expect(text.trim(), `en ${area}:${key} is empty`).not.toBe("");
      expect(german.get(key)?.trim(), `de ${area}:${key} is empty`).not.toBe("");
      expect(holes(german.get(key) ?? ""), `${area}:${key} has the same {{holes}}`).toEqual(holes(text));
    }
  });
});
