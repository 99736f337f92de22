import { MantineProvider, TextInput } from "@mantine/core";
import { cleanup, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Phase } from "@/bindings/Phase";
import { PasswordField } from "@/design/PasswordField";
import { useBackendForm } from "@/design/useBackendForm";
import { sit, useHeld } from "./held";

const desk = (phase: Phase, user: string | null) =>
  sit({ phase, session: user === null ? null : ({ user } as never) });

function Form() {
  const [open, setOpen] = useHeld("form is open", false);
  const { form } = useBackendForm({
    initialValues: { reason: "", password: "" },
    submit: async () => null,
    draft: "refund of 1",
    secrets: ["password"],
  });
  return (
    <MantineProvider env="test">
      <button type="button" onClick={() => setOpen(true)}>
        {open ? "Open" : "Closed"}
      </button>
      <TextInput label="Reason" {...form.getInputProps("reason")} />
      <PasswordField label="Password" {...form.getInputProps("password")} />
    </MantineProvider>
  );
}

async function typed() {
  const user = userEvent.setup();
  render(<Form />);
  await user.click(screen.getByRole("button", { name: "Closed" }));
  await user.type(screen.getByLabelText("Reason"), "Fell ill");
  await user.type(screen.getByLabelText("Password"), "secret");
}

describe("what was typed", () => {
  beforeEach(() => desk("signed-in", "ada"));
  afterEach(() => desk("signed-out", null));

  it("is there again when its person opens the locked window, but for what is secret", async () => {
    await typed();
    desk("locked", "ada");
    cleanup();
    desk("signed-in", "ada");
    render(<Form />);
    expect(screen.getByLabelText("Reason")).toHaveValue("Fell ill");
    expect(screen.getByLabelText("Password")).toHaveValue("");
    expect(screen.getByText("Open")).toBeInTheDocument();
  });

  it("is not there for somebody else, nor after signing out", async () => {
    for (const next of ["grace", "ada"]) {
      desk("signed-in", "ada");
      await typed();
      desk("locked", "ada");
      cleanup();
      desk("signed-out", null);
      desk("signed-in", next);
      render(<Form />);
      expect(screen.getByLabelText("Reason")).toHaveValue("");
      cleanup();
    }
  });

  it("is given up with the page it was typed on", async () => {
    await typed();
    cleanup();
    render(<Form />);
    expect(screen.getByLabelText("Reason")).toHaveValue("");
  });
});
