import { readFileSync } from "node:fs";
import { join } from "node:path";
import { act, renderHook } from "@testing-library/react";
import { afterAll, expect, it } from "vitest";
import { switchLanguage } from "@/i18n";
import { NAMELESS, usePersonName } from "./personName";

afterAll(() => switchLanguage("en"));

it("knows the name the rule gives everybody who was erased", () => {
  const rule = readFileSync(
    join(process.cwd(), "../src-tauri/crates/domain/src/rules/people/erasing.rs"),
    "utf8",
  );
  expect(/pub const NAMELESS: &str = "([^"]+)"/.exec(rule)?.[1]).toBe(NAMELESS);
});

it("says in the reader's language that somebody was erased, and leaves names alone", async () => {
  const { result } = renderHook(() => usePersonName());
  expect(result.current(NAMELESS)).toBe("Erased person");
  await act(() => switchLanguage("de"));
  expect(result.current(NAMELESS)).toBe("Gelöschte Person");
  expect(result.current("Ada Lovelace")).toBe("Ada Lovelace");
});
