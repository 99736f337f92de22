import { MantineProvider, TextInput } from "@mantine/core";
import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import { BackendError } from "@/backend/error";
import { FormActions, FormProblem, fieldPath, useBackendForm } from "./useBackendForm";

function Form({ submit }: { submit: (values: { email: string; name: string }) => Promise<string> }) {
  const { form, formProps, pending, problem } = useBackendForm({
    initialValues: { email: "", name: "" },
    validate: { name: (value) => (value ? null : "A name is needed.") },
    submit,
  });
  return (
    <MantineProvider env="test">
      <form {...formProps}>
        <TextInput label="Name" {...form.getInputProps("name")} />
        <TextInput label="Email" {...form.getInputProps("email")} />
        <FormProblem problem={problem} />
        <FormActions verb="Create person" pending={pending} />
      </form>
    </MantineProvider>
  );
}

async function fill(user: ReturnType<typeof userEvent.setup>) {
  await user.type(screen.getByLabelText("Name"), "Ada");
  await user.type(screen.getByLabelText("Email"), "ada@x.org");
  await user.click(screen.getByRole("button", { name: "Create person" }));
}

describe("useBackendForm", () => {
  it("puts a refusal at its field, keeps what was typed and moves the focus there", async () => {
    const user = userEvent.setup();
    render(
      <Form
        submit={async () => {
          throw new BackendError({
            code: "email-taken",
            message: "Somebody has this email.",
            field: "email",
          });
        }}
      />,
    );
    await fill(user);
    expect(await screen.findByText("Somebody has this email.")).toBeInTheDocument();
    const email = screen.getByLabelText("Email");
    expect(email).toHaveValue("ada@x.org");
    await waitFor(() => expect(email).toHaveFocus());
  });

  it("shows a refusal without a field above the buttons", async () => {
    const user = userEvent.setup();
    render(
      <Form
        submit={async () => {
          throw new BackendError({ code: "locked", message: "Another program holds the workspace." });
        }}
      />,
    );
    await fill(user);
    expect(await screen.findByRole("alert")).toHaveTextContent("Another program holds the workspace.");
  });

  it("does not call the backend while the window itself sees an error", async () => {
    const user = userEvent.setup();
    const submit = vi.fn(async () => "id");
    render(<Form submit={submit} />);
    await user.click(screen.getByRole("button", { name: "Create person" }));
    expect(await screen.findByText("A name is needed.")).toBeInTheDocument();
    expect(submit).not.toHaveBeenCalled();
    await waitFor(() => expect(screen.getByLabelText("Name")).toHaveFocus());
  });
});

describe("fieldPath", () => {
  const values = { email: "", firstName: "", address: {} };
  it.each([
    ["email", "email"],
    ["first_name", "firstName"],
    ["profile.firstName", "firstName"],
    ["address.city", "address.city"],
    ["somethingElse", null],
    [undefined, null],
  ])("%s → %s", (field, path) => {
    expect(fieldPath(field, values)).toBe(path);
  });
  it("follows the map of the form first", () => {
    expect(fieldPath("amountMinor", values, { amountMinor: "amount" })).toBe("amount");
  });
});
