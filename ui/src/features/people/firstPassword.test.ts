import { expect, test } from "vitest";
import { passwordFits } from "@/features/accounts/passwordRules";
import { firstPassword } from "./firstPassword";

test("a first password meets the rules and is not the same twice", () => {
  const made = new Set(Array.from({ length: 200 }, () => firstPassword()));
  expect(made.size).toBe(200);
  for (const password of made) expect(passwordFits(password), password).toBe(true);
});
