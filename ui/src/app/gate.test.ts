import { describe, expect, it } from "vitest";
import type { SessionState } from "@/backend/commands/accounts";
import { gate, type Place } from "./gate";

const user = { id: "1", email: "a@b.org", fullName: "Ada", role: "admin" } as const;
const sessions: Record<SessionState["state"], SessionState> = {
  noWorkspace: { state: "noWorkspace" },
  signedOut: { state: "signedOut", workspace: "W" },
  locked: { state: "locked", workspace: "W", user },
  signedIn: { state: "signedIn", workspace: "W", user },
};

describe("gate", () => {
  it.each<[SessionState["state"], Place, ReturnType<typeof gate>]>([
    ["noWorkspace", "welcome", null],
    ["noWorkspace", "signIn", "/welcome"],
    ["noWorkspace", "frame", "/welcome"],
    ["signedOut", "welcome", "/sign-in"],
    ["signedOut", "signIn", null],
    ["signedOut", "frame", "/sign-in"],
    ["locked", "welcome", "/sign-in"],
    ["locked", "signIn", null],
    ["locked", "frame", "/sign-in"],
    ["signedIn", "welcome", "/"],
    ["signedIn", "signIn", "/"],
    ["signedIn", "frame", null],
  ])("%s at %s goes to %s", (state, place, expected) => {
    expect(gate(sessions[state], place)).toBe(expected);
  });
});
