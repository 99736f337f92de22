import { mockIPC } from "@tauri-apps/api/mocks";
import { cleanup, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { renderAs } from "@/features/server/inRouter";
import { SignInPage } from "./SignInPage";

// typed key by key, on machines that do more than this
vi.setConfig({ testTimeout: 30_000 });

afterEach(() => {
  // first the components, which say goodbye to the program
  cleanup();
  Reflect.deleteProperty(window, "__TAURI_INTERNALS__");
});

type Refusal = { code: string; message: string; field?: string };
const NEEDED: Refusal = { code: "second-factor", message: "Enter the code.", field: "code" };

/** Answers each call of a command with the next of its outcomes; a refusal is rejected. */
function backend(outcomes: Record<string, (Refusal | object)[]>) {
  const asked: [string, unknown][] = [];
  mockIPC(
    (command, payload) => {
      if (command.startsWith("plugin:")) return null;
      if (command === "sign_in_help") return { codes: true, mail: false, register: false };
      asked.push([command, (payload as { args: unknown }).args]);
      const next = outcomes[command]?.shift();
      if (next && "code" in next) return Promise.reject(next);
      return next ?? Promise.reject({ code: "unexpected", message: `${command} was not expected` });
    },
    { shouldMockEvents: true },
  );
  return asked;
}

const address = () => screen.getByLabelText("E-mail");
const password = () => screen.getByLabelText("Password", { selector: "input" });
const code = () => screen.getByLabelText("Code");

async function typeBoth(user: ReturnType<typeof userEvent.setup>) {
  await user.type(address(), "grace@northgate.example");
  await user.type(password(), "Correct1horse{Enter}");
}

it("asks for the code on the same page, says what is wrong with it there, and goes in with it", async () => {
  const asked = backend({
    sign_in: [NEEDED],
    sign_in_with_code: [{ ...NEEDED, message: "This code is wrong." }, { phase: "signed-in" }],
  });
  const user = userEvent.setup();
  await renderAs(null, <SignInPage />);
  await typeBoth(user);

  expect(await screen.findByLabelText("Code")).toHaveFocus();
  expect(code()).toHaveAttribute("autocomplete", "one-time-code");
  expect(screen.queryByRole("alert")).not.toBeInTheDocument();
  await user.type(code(), "000000{Enter}");
  expect(await screen.findByText("This code is wrong.")).toBeInTheDocument();
  await waitFor(() => expect(code()).toHaveFocus());
  expect(code()).toHaveValue("000000");

  await user.clear(code());
  await user.type(code(), "287082{Enter}");
  await waitFor(() => expect(asked).toHaveLength(3));
  expect(asked[2]).toEqual([
    "sign_in_with_code",
    { email: "grace@northgate.example", password: "Correct1horse", code: "287082" },
  ]);
});

it("goes back to address and password with both still there", async () => {
  backend({ sign_in: [NEEDED] });
  const user = userEvent.setup();
  await renderAs(null, <SignInPage />);
  await typeBoth(user);
  await screen.findByLabelText("Code");
  await user.click(screen.getByRole("button", { name: "Back to e-mail and password" }));
  expect(address()).toHaveValue("grace@northgate.example");
  expect(password()).toHaveValue("Correct1horse");
  expect(address()).toHaveFocus();
});

it("does not send an empty code, and tells that too many were wrong", async () => {
  const asked = backend({
    sign_in: [NEEDED],
    sign_in_with_code: [{ code: "locked-out", message: "Too many attempts. Try again at 10:30." }],
  });
  const user = userEvent.setup();
  await renderAs(null, <SignInPage />);
  await typeBoth(user);
  await user.click(await screen.findByLabelText("Code"));
  await user.keyboard("{Enter}");
  expect(await screen.findByText("Enter the code.")).toBeInTheDocument();
  expect(asked).toHaveLength(1);

  await user.type(code(), "111111{Enter}");
  expect(await screen.findByRole("alert")).toHaveTextContent("Too many attempts. Try again at 10:30.");
});

it("shows what is said about the password where the password is", async () => {
  backend({
    sign_in: [NEEDED],
    sign_in_with_code: [{ code: "bad-credentials", message: "Wrong by now.", field: "password" }],
  });
  const user = userEvent.setup();
  await renderAs(null, <SignInPage />);
  await typeBoth(user);
  await user.type(await screen.findByLabelText("Code"), "111111{Enter}");
  expect(await screen.findByText("Wrong by now.")).toBeInTheDocument();
  expect(password()).toHaveValue("Correct1horse");
});
