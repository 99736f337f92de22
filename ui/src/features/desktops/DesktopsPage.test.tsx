import { mockIPC } from "@tauri-apps/api/mocks";
import { cleanup, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it } from "vitest";
import type { DesktopRow } from "@/bindings/DesktopRow";
import type { Desktops } from "@/bindings/Desktops";
import { renderAs } from "@/features/server/inRouter";
import { DesktopsPage } from "./DesktopsPage";

afterEach(() => {
  cleanup();
  Reflect.deleteProperty(window, "__TAURI_INTERNALS__");
});

const row = (changes: Partial<DesktopRow>): DesktopRow => ({
  id: "a",
  name: "K7F2",
  this: false,
  state: "active",
  system: "linux",
  version: "1.0.0",
  scope: "office",
  person: null,
  lastContactAt: "2026-03-02T09:00:00Z",
  createdAt: "2026-01-02T09:00:00Z",
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

const found: Desktops = {
  this: "HERE",
  hasServer: true,
  rows: [
    row({ id: "h", name: "HERE", this: true }),
    row({
      sessions: [
        {
          id: "s1",
          person: { id: "p1", name: "Ida Instructor" },
          role: "instructor",
          createdAt: "2026-03-02T08:00:00Z",
          lastUsedAt: "2026-03-02T09:00:00Z",
          current: false,
        },
      ],
    }),
  ],
};

async function page(answer: (command: string, args: unknown) => unknown, desktops = found) {
  const asked: [string, unknown][] = [];
  mockIPC(
    (command, payload) => {
      if (command.startsWith("plugin:")) return null;
      const { args } = payload as { args: unknown };
      asked.push([command, args]);
      return command === "desktops" ? desktops : answer(command, args);
    },
    { shouldMockEvents: true },
  );
  await renderAs("admin", <DesktopsPage />);
  return { asked, user: userEvent.setup() };
}

it("shuts out another desktop with a reason, and never the one in use", async () => {
  const { asked, user } = await page(() => ({ ...found, rows: [found.rows[0]] }));
  const here = await screen.findByRole("article", { name: "Desktop HERE" });
  expect(within(here).queryByRole("button", { name: "Shut out…" })).toBeNull();
  const lost = screen.getByRole("article", { name: "Desktop K7F2" });
  await user.click(within(lost).getByRole("button", { name: "Shut out…" }));
  const dialog = await screen.findByRole("dialog");
  await user.click(within(dialog).getByRole("button", { name: "Shut out" }));
  expect(await within(dialog).findByText("Say why: the audit trail keeps it.")).toBeInTheDocument();
  expect(asked.map(([command]) => command)).toEqual(["desktops"]);
  await user.type(within(dialog).getByLabelText("Why"), "left in the train");
  await user.click(within(dialog).getByRole("button", { name: "Shut out" }));
  expect(asked.at(-1)).toEqual(["desktop_revoke", { id: "a", reason: "left in the train" }]);
});

it("ends the session of somebody elsewhere", async () => {
  const { asked, user } = await page(() => found);
  await user.click(await screen.findByRole("button", { name: "End the session of Ida Instructor" }));
  expect(asked.at(-1)).toEqual(["desktop_session_end", { id: "s1" }]);
});

it("takes the login of an invitation away that nobody used in time, after asking once", async () => {
  const over = { state: "lapsed", expiresAt: "2026-03-01T09:00:00Z", lastContactAt: null } as const;
  const lapsed = row({ id: "l", name: "L4PS", login: "matricula-l4ps", ...over });
  const rows = [lapsed, row({ id: "o", name: "0WN", ...over }), row({ id: "w", name: "W0RK", login: "m" })];
  const { asked, user } = await page(() => ({}), { ...found, rows });
  const desktop = (name: string) => screen.findByRole("article", { name: `Desktop ${name}` });
  for (const other of ["0WN", "W0RK"]) {
    expect(within(await desktop(other)).queryByRole("button", { name: "Take login away" })).toBeNull();
  }
  const verbs = within(await desktop("L4PS"));
  expect(verbs.getByRole("button", { name: "Withdraw…" })).toBeInTheDocument();
  await user.click(verbs.getByRole("button", { name: "Take login away" }));
  const question = await screen.findByRole("dialog", { name: "Take the login of L4PS away?" });
  expect(within(question).getByText(/Nobody joined with this login in time/)).toBeInTheDocument();
  expect(asked.map(([command]) => command)).toEqual(["desktops"]);
  await user.click(within(question).getByRole("button", { name: "Take login away" }));
  expect(asked).toContainEqual(["desktop_login_drop", { id: "l" }]);
});

it("shows the code of an invitation once, and sends no login that was not chosen", async () => {
  const { asked, user } = await page(() => ({
    file: { path: "/downloads/x.matricula-invitation", name: "x", bytes: 300, rows: null },
    code: "ABCDE-FGHJK-MNPQR-STVWX",
    device: "N3W1",
    expiresAt: "2026-03-09T09:00:00Z",
    limited: true,
  }));
  await user.click(await screen.findByRole("button", { name: "Invite…" }));
  const dialog = await screen.findByRole("dialog");
  await user.type(within(dialog).getByLabelText("Your password"), "Correct1horse");
  await user.click(within(dialog).getByRole("button", { name: "Make invitation" }));
  expect(await within(dialog).findByText("ABCDE-FGHJK-MNPQR-STVWX")).toBeInTheDocument();
  const [, args] = asked.find(([command]) => command === "desktop_invite") ?? [];
  expect(args).toMatchObject({ scope: "office", person: null, days: 7, login: null, maker: null });
  await user.click(within(dialog).getByRole("button", { name: "Done" }));
  await user.click(await screen.findByRole("button", { name: "Invite…" }));
  expect(screen.queryByText("ABCDE-FGHJK-MNPQR-STVWX")).toBeNull();
});
