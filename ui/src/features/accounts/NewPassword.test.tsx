import { mockIPC } from "@tauri-apps/api/mocks";
import { cleanup, fireEvent, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { afterEach, expect, it, vi } from "vitest";
import type { PasswordStrength } from "@/bindings/PasswordStrength";
import type { WeighPassword } from "@/bindings/WeighPassword";
import { renderAs } from "@/features/server/inRouter";
import { NewPassword } from "./NewPassword";

// typed key by key, on machines that do more than this
vi.setConfig({ testTimeout: 30_000 });

afterEach(() => {
  // first the components, which say goodbye to the program
  cleanup();
  Reflect.deleteProperty(window, "__TAURI_INTERNALS__");
});

function Field() {
  const [value, setValue] = useState("");
  return (
    <NewPassword
      label="Password"
      value={value}
      onChange={(event) => setValue(event.currentTarget.value)}
      about={["Ada Lovelace", " ", "ada@example.org"]}
    />
  );
}

function weighing(weigh: (args: WeighPassword) => PasswordStrength | Promise<never>) {
  const asked: WeighPassword[] = [];
  mockIPC(
    (command, payload) => {
      if (command !== "password_weigh") return null;
      const { args } = payload as { args: WeighPassword };
      asked.push(args);
      return weigh(args);
    },
    { shouldMockEvents: true },
  );
  return asked;
}

const field = () => screen.getByLabelText("Password", { selector: "input" });

it("weighs what was typed once typing pauses, and says why it is weak", async () => {
  const asked = weighing(({ password }) =>
    password === "Qwerty123"
      ? { score: 0, guessesLog10: 2, warning: "keyboard", acceptable: false }
      : { score: 4, guessesLog10: 14, warning: null, acceptable: true },
  );
  const user = userEvent.setup();
  await renderAs(null, <Field />);
  expect(screen.queryByRole("meter")).not.toBeInTheDocument();

  for (const value of ["Qw", "Qwerty", "Qwerty123"]) fireEvent.change(field(), { target: { value } });
  const meter = await screen.findByRole("meter", { name: "How hard to guess" });
  await waitFor(() => expect(meter).toHaveAttribute("aria-valuenow", "0"));
  expect(screen.getByText(/Neighbouring keys are tried early/)).toBeInTheDocument();
  expect(screen.getByText(/It will not be accepted/)).toBeInTheDocument();
  expect(asked).toEqual([{ password: "Qwerty123", about: ["Ada Lovelace", "ada@example.org"] }]);

  await user.clear(field());
  expect(screen.queryByRole("meter")).not.toBeInTheDocument();
  await user.type(field(), "tR0ub4dour-and-three");
  expect(await screen.findByText("Very good.")).toBeInTheDocument();
  expect(screen.queryByText(/It will not be accepted/)).not.toBeInTheDocument();
});

it("does without the meter where nothing answers, and keeps what is typed and the rules", async () => {
  const asked = weighing(() => Promise.reject({ code: "internal", message: "No answer." }));
  const user = userEvent.setup();
  await renderAs(null, <Field />);
  await user.type(field(), "Correct1horse");
  await waitFor(() => expect(asked.at(-1)?.password).toBe("Correct1horse"));
  expect(field()).toHaveValue("Correct1horse");
  expect(screen.queryByRole("meter")).not.toBeInTheDocument();
  expect(screen.getAllByLabelText("Met:")).toHaveLength(4);
});

it("is described by its rules", async () => {
  weighing(() => Promise.reject({ code: "internal", message: "No answer." }));
  await renderAs(null, <Field />);
  expect(field()).toHaveAccessibleDescription(/8 or more characters/);
});
