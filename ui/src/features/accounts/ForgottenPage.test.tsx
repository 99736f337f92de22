import { mockIPC } from "@tauri-apps/api/mocks";
import { cleanup, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import type { SignInHelp } from "@/bindings/SignInHelp";
import { renderAs } from "@/features/server/inRouter";
import { ForgottenPage } from "./ForgottenPage";

// typed key by key, on machines that do more than this
vi.setConfig({ testTimeout: 30_000 });

afterEach(() => {
  cleanup();
  Reflect.deleteProperty(window, "__TAURI_INTERNALS__");
});

function backend(help: SignInHelp) {
  const asked: [string, unknown][] = [];
  mockIPC(
    (command, payload) => {
      if (command.startsWith("plugin:")) return null;
      if (command === "sign_in_help") return help;
      if (command === "password_weigh")
        return { score: 4, guessesLog10: 12, warning: null, acceptable: true };
      asked.push([command, (payload as { args: unknown }).args]);
      return {};
    },
    { shouldMockEvents: true },
  );
  return asked;
}

it("sends a code, says the same of every address, and takes code and password on the same page", async () => {
  const asked = backend({ codes: true, mail: true, register: false });
  const user = userEvent.setup();
  await renderAs(null, <ForgottenPage />);
  await user.type(await screen.findByLabelText("E-mail"), "grace@northgate.example{Enter}");
  expect(
    await screen.findByText(/If grace@northgate.example belongs to an account here/),
  ).toBeInTheDocument();
  expect(asked).toEqual([["code_request", { email: "grace@northgate.example", purpose: "reset" }]]);

  expect(screen.getByLabelText("E-mail")).toHaveValue("grace@northgate.example");
  await user.type(screen.getByLabelText("One-time code"), "abcd efgh jkmn pqrs tvwx");
  await user.type(screen.getByLabelText("New password", { selector: "input" }), "Sparrow7hedge{Enter}");
  await vi.waitFor(() =>
    expect(asked[1]).toEqual([
      "reset_finish",
      {
        email: "grace@northgate.example",
        code: "abcd efgh jkmn pqrs tvwx",
        password: "Sparrow7hedge",
      },
    ]),
  );
});

it("without mail asks for the code an administrator reads out, and elsewhere says where to go", async () => {
  backend({ codes: true, mail: false, register: false });
  await renderAs(null, <ForgottenPage />);
  expect(await screen.findByText(/Ask an administrator for a one-time code/)).toBeInTheDocument();
  expect(screen.queryByRole("button", { name: "Send me a code" })).not.toBeInTheDocument();
  cleanup();
  backend({ codes: false, mail: false, register: false });
  await renderAs(null, <ForgottenPage />);
  expect(await screen.findByText(/This desktop takes no codes/)).toBeInTheDocument();
  expect(screen.queryByLabelText("One-time code")).not.toBeInTheDocument();
});
