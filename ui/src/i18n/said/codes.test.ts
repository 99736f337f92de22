import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import english from "../en/errors.json";

const read = (path: string) => readFileSync(join(process.cwd(), path), "utf8");

/** What the window itself makes of what it could not understand, or has no program for. */
const OWN = ["no-backend", "unexpected"];

it("has a sentence for every code an error can carry, and for no other", () => {
  const refusals = [...read("src/bindings/Code.ts").matchAll(/"([a-z-]+)"/g)].map((word) => word[1]);
  const machinery = [...read("../src-tauri/src/error.rs").matchAll(/machinery\(\s*"([a-z-]+)"/g)].map(
    (word) => word[1],
  );
  expect(refusals).toContain("bad-credentials");
  expect(machinery).toContain("store");
  expect(Object.keys(english).sort()).toEqual([...new Set([...refusals, ...machinery, ...OWN])].sort());
});
