import { clearMocks, mockIPC } from "@tauri-apps/api/mocks";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createQueryClient } from "@/backend/queries/client";
import { STATUS_KEY } from "@/backend/queries/session";
import type { Phase } from "@/bindings/Phase";
import { buildRouter } from "./router";

beforeEach(() => {
  mockIPC(() => new Promise(() => {}), { shouldMockEvents: true });
  window.location.hash = "";
});
afterEach(() => clearMocks());

async function desk() {
  const client = createQueryClient();
  const now = (phase: Phase, user: string | null) => {
    const session = user && { user, name: user, role: "admin" };
    client.setQueryData(STATUS_KEY, { phase, session, secondFactorDue: false });
  };
  now("signed-in", "ada");
  const router = buildRouter(client);
  await router.load();
  const become = async (phase: Phase, user: string | null) => {
    now(phase, user);
    await router.invalidate();
  };
  return { router, become };
}

const PLACE = "/payments?status=pending&open=65f0a1b2c3d4e5f6a7b8c9d1";

it("opens a locked window where its person was", async () => {
  const { router, become } = await desk();
  await router.navigate({ href: PLACE });
  const there = router.state.location.href;
  expect(there).toContain("/payments?");
  await become("locked", "ada");
  expect(router.state.location.pathname).toBe("/sign-in");
  await become("signed-in", "ada");
  expect(router.state.location.href).toBe(there);
});

it("does not lead somebody else there, nor who signs in anew", async () => {
  for (const next of ["grace", "ada"]) {
    const { router, become } = await desk();
    await router.navigate({ href: PLACE });
    await become("locked", "ada");
    await become("signed-out", null);
    await become("signed-in", next);
    expect(router.state.location.pathname).toBe("/dashboard");
  }
});
