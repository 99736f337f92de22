/** Every migration is described in every language of the window, in English as the program does. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import german from "@/i18n/de/server.json";
import english from "@/i18n/en/server.json";
import { ABOUTS } from "./rows";

const DIRECTORY = join(process.cwd(), "../migrations/mongo");
const migrations = readdirSync(DIRECTORY)
  .filter((file) => /^m\d{4}_\w+\.rs$/.test(file))
  .sort()
  .map((file) => {
    const source = readFileSync(join(DIRECTORY, file), "utf8");
    const text = (field: string) => new RegExp(`\\b${field}:\\s*"([^"]*)"`).exec(source)?.[1] ?? "";
    return { file, name: text("name"), about: text("about") };
  });
const words = (of: Record<string, string>, name: string) => of[name] ?? "";

it("finds the migrations, and has words for no other", () => {
  expect(migrations.length).toBeGreaterThan(4);
  expect(migrations.map(({ name }) => name)).toEqual([...ABOUTS]);
});

it.each(migrations)("describes $file", ({ name, about }) => {
  expect(about).not.toBe("");
  expect(words(english.migrations.about, name)).toBe(about);
  expect(words(german.migrations.about, name)).not.toBe("");
  expect(words(german.migrations.about, name)).not.toBe(about);
});
