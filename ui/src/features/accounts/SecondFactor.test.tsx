import { mockIPC } from "@tauri-apps/api/mocks";
import { cleanup, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import type { SecondFactorState } from "@/bindings/SecondFactorState";
import { renderAs } from "@/features/server/inRouter";
import { SecondFactor } from "./SecondFactor";
import { SecondFactorPage } from "./SecondFactorPage";

// typed key by key, on machines that do more than this
vi.setConfig({ testTimeout: 30_000 });

afterEach(() => {
  // first the components, which say goodbye to the program
  cleanup();
  Reflect.deleteProperty(window, "__TAURI_INTERNALS__");
});

const none: SecondFactorState = { since: null, recoveryLeft: 0, authenticator: false, required: false };
const on: SecondFactorState = {
  since: "2026-03-02T09:00:00Z",
  recoveryLeft: 10,
  authenticator: true,
  required: false,
};
const offer = { secret: "JBSWY3DPEHPK3PXP", address: "otpauth://totp/x", qr: ["101", "010", "111"] };
const codes = Array.from({ length: 10 }, (_, at) => `ABCD-EFGH-JKMN-000${at}`);

type Answers = Record<string, (args: { password?: string; code?: string }) => unknown>;

function backend(answers: Answers) {
  const asked: string[] = [];
  mockIPC(
    (command, payload) => {
      if (command.startsWith("plugin:")) return null;
      asked.push(command);
      const answer = answers[command];
      if (!answer) return Promise.reject({ code: "unexpected", message: `${command} was not expected` });
      return answer((payload as { args: object }).args);
    },
    { shouldMockEvents: true },
  );
  return asked;
}

it("sets one up: the code to scan, the key to type, a code and the password, then the recovery codes once", async () => {
  let state = none;
  const asked = backend({
    second_factor: () => state,
    second_factor_begin: () => offer,
    second_factor_confirm: ({ code }) => {
      if (code !== "287082")
        return Promise.reject({ code: "invalid", message: "Not the code shown now.", field: "code" });
      state = on;
      return { codes };
    },
  });
  const user = userEvent.setup();
  await renderAs("admin", <SecondFactor />);
  await user.click(await screen.findByRole("button", { name: "Set up two-factor sign-in" }));
  expect(asked).not.toContain("second_factor_begin");
  await user.click(screen.getByRole("button", { name: "Show the code to scan" }));

  expect(await screen.findByRole("img", { name: "QR code for your authenticator" })).toHaveAttribute(
    "viewBox",
    "-4 -4 11 11",
  );
  expect(screen.getByText("JBSW Y3DP EHPK 3PXP")).toBeInTheDocument();
  const field = screen.getByLabelText("Code");
  expect(field).toHaveFocus();
  await user.type(field, "000000");
  await user.type(screen.getByLabelText("Your password", { selector: "input" }), "Correct1horse{Enter}");
  expect(await screen.findByText("Not the code shown now.")).toBeInTheDocument();

  await user.clear(field);
  await user.type(field, "287082{Enter}");
  const sheet = await screen.findByRole("region", { name: "Recovery codes for Matricula" });
  expect(sheet).toHaveFocus();
  expect(within(sheet).getAllByRole("listitem")).toHaveLength(10);
  // the state was read again meanwhile; the codes stay until they are kept
  await waitFor(() => expect(asked.filter((command) => command === "second_factor")).toHaveLength(2));
  expect(within(sheet).getByText("ABCD-EFGH-JKMN-0007")).toBeInTheDocument();

  await user.click(within(sheet).getByRole("button", { name: "I have kept them" }));
  expect(screen.queryByText("ABCD-EFGH-JKMN-0007")).not.toBeInTheDocument();
  expect(screen.getByText("10 left")).toBeInTheDocument();
});

it("renews recovery codes with the password, which is told off at its field when wrong", async () => {
  backend({
    second_factor: () => ({ ...on, recoveryLeft: 2 }),
    recovery_renew: ({ password }) =>
      password === "Correct1horse"
        ? { codes }
        : Promise.reject({
            code: "bad-credentials",
            message: "This is not your password.",
            field: "password",
          }),
  });
  const user = userEvent.setup();
  await renderAs("admin", <SecondFactor />);
  expect(await screen.findByText("Renew them before they run out.")).toBeInTheDocument();
  await user.click(screen.getByRole("button", { name: "Renew recovery codes" }));
  const field = screen.getByLabelText("Your password", { selector: "input" });
  expect(field).toHaveFocus();
  await user.type(field, "wrong{Enter}");
  expect(await screen.findByText("This is not your password.")).toBeInTheDocument();
  await user.clear(field);
  await user.type(field, "Correct1horse{Enter}");
  expect(await screen.findByText("ABCD-EFGH-JKMN-0000")).toBeInTheDocument();
});

it("shows why it cannot be taken away, and takes it away where it can", async () => {
  let required = true;
  backend({
    second_factor: () => ({ ...on, required }),
    second_factor_remove: () =>
      required
        ? Promise.reject({ code: "forbidden", message: "Your institution requires a second factor." })
        : none,
  });
  const user = userEvent.setup();
  await renderAs("finance", <SecondFactor />);
  expect(await screen.findByText("By your institution, for your role")).toBeInTheDocument();
  await user.click(screen.getByRole("button", { name: "Take second factor away" }));
  await user.type(screen.getByLabelText("Your password", { selector: "input" }), "Correct1horse{Enter}");
  expect(await screen.findByRole("alert")).toHaveTextContent("Your institution requires a second factor.");
  required = false;
  await user.click(screen.getByRole("button", { name: "Take second factor away" }));
  expect(await screen.findByRole("button", { name: "Set up two-factor sign-in" })).toBeInTheDocument();
});

it("explains that only recovery codes count after somebody else set the password", async () => {
  backend({ second_factor: () => ({ ...on, authenticator: false }) });
  await renderAs("student", <SecondFactor />);
  expect(await screen.findByRole("note")).toHaveTextContent("you sign in with recovery codes");
});

it("where one is due, goes on only after the codes are kept", async () => {
  const asked = backend({
    second_factor_begin: () => offer,
    second_factor_confirm: () => ({ codes }),
    workspace_status: () => ({ phase: "signed-in", secondFactorDue: false, session: null }),
  });
  const user = userEvent.setup();
  await renderAs("finance", <SecondFactorPage />);
  expect(screen.getByRole("heading", { level: 1 })).toHaveTextContent("Set up your second factor");
  expect(screen.getByRole("button", { name: "Sign out" })).toBeInTheDocument();
  await user.click(screen.getByRole("button", { name: "Show the code to scan" }));
  await user.type(await screen.findByLabelText("Code"), "287082");
  await user.type(screen.getByLabelText("Your password", { selector: "input" }), "Correct1horse{Enter}");
  await user.click(await screen.findByRole("button", { name: "I have kept them" }));
  await waitFor(() => expect(asked.at(-1)).toBe("workspace_status"));
  expect(asked.filter((command) => command === "workspace_status")).toHaveLength(1);
});

it("where one is due, lets its person sign out instead", async () => {
  const asked = backend({ sign_out: () => ({ phase: "signed-out", secondFactorDue: false, session: null }) });
  const user = userEvent.setup();
  await renderAs("finance", <SecondFactorPage />);
  await user.click(screen.getByRole("button", { name: "Sign out" }));
  await waitFor(() => expect(asked).toEqual(["sign_out"]));
});
