import { describe, expect, it } from "vitest";
import type { Phase } from "@/bindings/Phase";
import { gate, type Place } from "./gate";

describe("gate", () => {
  it.each<[Phase, Place, ReturnType<typeof gate>]>([
    ["no-workspace", "welcome", null],
    ["no-workspace", "signIn", "/welcome"],
    ["no-workspace", "frame", "/welcome"],
    ["needs-passphrase", "welcome", "/sign-in"],
    ["needs-passphrase", "signIn", null],
    ["needs-passphrase", "frame", "/sign-in"],
    ["signed-out", "welcome", "/sign-in"],
    ["signed-out", "signIn", null],
    ["signed-out", "frame", "/sign-in"],
    ["locked", "welcome", "/sign-in"],
    ["locked", "signIn", null],
    ["locked", "frame", "/sign-in"],
    ["signed-in", "welcome", "/"],
    ["signed-in", "signIn", "/"],
    ["signed-in", "frame", null],
    ["signed-in", "secondFactor", "/"],
    ["signed-out", "secondFactor", "/sign-in"],
    ["no-workspace", "secondFactor", "/welcome"],
  ])("%s at %s goes to %s", (phase, place, expected) => {
    expect(gate({ phase, secondFactorDue: false }, place)).toBe(expected);
  });

  it.each<[Phase, Place, ReturnType<typeof gate>]>([
    ["signed-in", "frame", "/second-factor"],
    ["signed-in", "signIn", "/second-factor"],
    ["signed-in", "welcome", "/second-factor"],
    ["signed-in", "secondFactor", null],
    ["locked", "secondFactor", "/sign-in"],
    ["locked", "signIn", null],
    ["locked", "frame", "/sign-in"],
  ])("with a second factor due, %s at %s goes to %s", (phase, place, expected) => {
    expect(gate({ phase, secondFactorDue: true }, place)).toBe(expected);
  });
});
