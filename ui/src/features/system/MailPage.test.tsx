import { mockIPC } from "@tauri-apps/api/mocks";
import { cleanup, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import type { MailRow } from "@/bindings/MailRow";
import type { MailSettings } from "@/bindings/MailSettings";
import { renderAs } from "@/features/server/inRouter";
import { MailPage } from "./MailPage";

vi.setConfig({ testTimeout: 30_000 });

afterEach(() => {
  cleanup();
  Reflect.deleteProperty(window, "__TAURI_INTERNALS__");
});

const OFF: MailSettings = { rev: 3, server: null, hasPassword: false, ready: false };
const LETTER: MailRow = {
  id: "7",
  to: "grace@northgate.example",
  kind: "reset",
  state: "failed",
  attempts: 2,
  queuedAt: "2026-03-02T09:00:00Z",
  nextAt: null,
  endedAt: "2026-03-02T09:05:00Z",
  reason: "The mail server refused the letter: No such mailbox",
  canRetry: true,
};

function backend(answers: Record<string, unknown>) {
  const asked: [string, unknown][] = [];
  mockIPC(
    (command, payload) => {
      if (command.startsWith("plugin:")) return null;
      asked.push([command, (payload as { args: unknown }).args]);
      return answers[command] ?? {};
    },
    { shouldMockEvents: true },
  );
  return asked;
}

it("sets a server: the usual port follows the protection, and no password is ever shown", async () => {
  const asked = backend({
    mail_settings: OFF,
    mails: [],
    mail_settings_update: { ...OFF, rev: 4 },
  });
  const user = userEvent.setup();
  await renderAs("admin", <MailPage />);
  expect(await screen.findByText(/No mail is sent/)).toBeInTheDocument();
  await user.click(screen.getByRole("switch", { name: "Send mail by a mail server" }));
  expect(screen.getByLabelText("Port")).toHaveValue("465");
  await user.click(screen.getByRole("combobox", { name: "Protection" }));
  await user.click(await screen.findByRole("option", { name: "STARTTLS" }));
  expect(screen.getByLabelText("Port")).toHaveValue("587");
  await user.type(screen.getByLabelText("Server"), "smtp.northgate.example");
  await user.type(screen.getByLabelText("Sender"), "office@northgate.example");
  expect(screen.queryByLabelText("Password of the login", { selector: "input" })).not.toBeInTheDocument();
  await user.type(screen.getByLabelText("Login (optional)"), "office");
  await user.type(screen.getByLabelText("Password of the login", { selector: "input" }), "secret");
  await user.click(screen.getByRole("button", { name: "Save mail settings" }));
  await vi.waitFor(() =>
    expect(asked.find(([command]) => command === "mail_settings_update")?.[1]).toEqual({
      rev: 3,
      server: {
        host: "smtp.northgate.example",
        port: 587,
        security: "starttls",
        from: "office@northgate.example",
        login: "office",
        certificate: null,
      },
      password: "secret",
    }),
  );
});

it("lists letters with what they met, and tries one again", async () => {
  const waiting: MailRow = { ...LETTER, state: "waiting", endedAt: null, nextAt: "2026-03-02T09:10:00Z" };
  const asked = backend({ mail_settings: OFF, mails: [LETTER], mail_retry: [waiting] });
  const user = userEvent.setup();
  await renderAs("admin", <MailPage />);
  const list = await screen.findByRole("list", { name: "Letters of this desktop" });
  expect(within(list).getByText("Failed")).toBeInTheDocument();
  expect(within(list).getByText(/No such mailbox/)).toBeInTheDocument();
  await user.click(within(list).getByRole("button", { name: "Try now" }));
  expect(await within(list).findByText("Waiting")).toBeInTheDocument();
  expect(asked.at(-1)).toEqual(["mail_retry", { id: "7" }]);
});
