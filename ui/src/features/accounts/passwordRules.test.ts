import { expect, test } from "vitest";
import { passwordFits, passwordRules } from "./passwordRules";

test("each rule is told apart", () => {
  const unmet = (password: string) =>
    passwordRules(password)
      .filter((rule) => !rule.met)
      .map((rule) => rule.key);
  expect(unmet("")).toEqual(["length", "lower", "upper", "digit"]);
  expect(unmet("abcdefgh")).toEqual(["upper", "digit"]);
  expect(unmet("ABCDEFG1")).toEqual(["lower"]);
  expect(unmet("Abcdef1")).toEqual(["length"]);
  expect(unmet("Übergröße7")).toEqual([]);
});

test("a password fits when every rule is met", () => {
  expect(passwordFits("Matricula2026")).toBe(true);
  expect(passwordFits("matricula2026")).toBe(false);
});
