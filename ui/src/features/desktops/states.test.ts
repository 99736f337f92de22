import { expect, it } from "vitest";
import type { DesktopRow } from "@/bindings/DesktopRow";
import { canDropLogin, canRevoke } from "./states";

const row = (changes: Partial<DesktopRow>): DesktopRow => ({
  id: "1",
  name: "K7F2",
  this: false,
  state: "active",
  system: "linux",
  version: null,
  scope: "office",
  person: null,
  lastContactAt: null,
  createdAt: null,
  movedFrom: null,
  invitedBy: null,
  expiresAt: null,
  login: null,
  revokedAt: null,
  revokedBy: null,
  revokedWhy: null,
  wipedAt: null,
  sessions: [],
  ...changes,
});

it("shuts out another desktop once, and never the one in use", () => {
  expect(canRevoke(row({}))).toBe(true);
  expect(canRevoke(row({ state: "invited" }))).toBe(true);
  expect(canRevoke(row({ this: true }))).toBe(false);
  expect(canRevoke(row({ state: "revoked" }))).toBe(false);
  expect(canRevoke(row({ state: "wiped" }))).toBe(false);
});

it("takes a login away only from a desktop that is shut out, or that nobody joined in time", () => {
  expect(canDropLogin(row({ login: "matricula-k7f2" }))).toBe(false);
  expect(canDropLogin(row({ login: "matricula-k7f2", revokedAt: "2026-03-02T09:00:00Z" }))).toBe(true);
  expect(canDropLogin(row({ revokedAt: "2026-03-02T09:00:00Z" }))).toBe(false);
  expect(canDropLogin(row({ login: "matricula-k7f2", state: "invited" }))).toBe(false);
  expect(canDropLogin(row({ login: "matricula-k7f2", state: "lapsed" }))).toBe(true);
  expect(canDropLogin(row({ state: "lapsed" }))).toBe(false);
});
