import { cleanup, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { listSearch } from "@/design";
import { noProgram, openAt, pageOf, program } from "@/features/lists/inAddresses";
import { AuditPage } from "./AuditPage";

vi.setConfig({ testTimeout: 30_000 });

afterEach(() => {
  cleanup();
  noProgram();
});

const screens = {
  "/system/audit": { screen: AuditPage, search: listSearch(["actor", "area", "device", "when"]) },
};
const rows = [7, 6, 5].map((n) => ({
  n,
  at: "2026-03-01T09:00:00Z",
  actor: `Actor ${n}`,
  actorId: null,
  role: "admin",
  device: "K7",
  verb: "session.started",
  detail: {},
  subjects: [],
}));

it("keeps the open line in the address, so that it is there again", async () => {
  program({ audit_list: ({ window }) => pageOf(rows, window) });
  const user = userEvent.setup();
  const { router } = await openAt("/system/audit", screens);
  await user.click(await screen.findByText("Actor 6"));
  expect(await screen.findByText("Actor 6 · Administrator")).toBeInTheDocument();
  expect(router.state.location.search).toEqual({ open: "6" });
  await user.click(screen.getByRole("button", { name: "Close the panel" }));
  await waitFor(() => expect(router.state.location.search).toEqual({}));
});

it("opens the line of the address once it has been read", async () => {
  program({ audit_list: ({ window }) => pageOf(rows, window) });
  await openAt("/system/audit?open=5", screens);
  expect(await screen.findByText("Actor 5 · Administrator")).toBeInTheDocument();
});
