import { MantineProvider, TextInput } from "@mantine/core";
import { cleanup, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { BackendError } from "@/backend/error";
import { switchLanguage } from "@/i18n";
import { ErrorState } from "./ErrorState";
import { errorText } from "./errorText";
import { Said } from "./Said";
import { FormActions, useBackendForm } from "./useBackendForm";

const taken = { code: "taken", message: "Another person already has this e-mail address." };
const rare = { code: "not-found", message: "The lamp of 1921 was not found." };

afterEach(async () => {
  cleanup();
  await switchLanguage("en");
});

describe("an error in English", () => {
  it("is the program's sentence", () => {
    expect(errorText(rare)).toBe(rare.message);
    expect(errorText({ code: "second-factor", message: "Set it up first." })).toBe("Set it up first.");
  });
});

describe("an error in German", () => {
  beforeEach(() => switchLanguage("de"));

  it("is the German sentence where it is known", () => {
    expect(errorText(taken)).toBe("Diese E-Mail-Adresse hat schon eine andere Person.");
  });

  it("is the German sentence of its code with the program's words after it", () => {
    expect(errorText(rare)).toBe(
      "Das wurde nicht gefunden, oder es ist nicht für Sie bestimmt. (The lamp of 1921 was not found.)",
    );
    render(
      <MantineProvider env="test">
        <ErrorState title="Hoppla" error={new BackendError(rare)} />
      </MantineProvider>,
    );
    expect(screen.getByRole("alert")).toHaveTextContent("Das wurde nicht gefunden");
    expect(screen.getByText(rare.message)).toHaveAttribute("lang", "en");
  });

  it("says in the window's own words what the window met", () => {
    expect(errorText(BackendError.own(() => "Die Datei ist zu groß."))).toBe("Die Datei ist zu groß.");
  });

  it("stands at the field, with its English marked as English", async () => {
    const user = userEvent.setup();
    function Form() {
      const { form, formProps, pending } = useBackendForm({
        initialValues: { lamp: "" },
        submit: () => Promise.reject({ ...rare, field: "lamp" }),
      });
      return (
        <MantineProvider env="test">
          <form {...formProps}>
            <TextInput label="Lampe" {...form.getInputProps("lamp")} />
            <FormActions verb="Anzünden" pending={pending} />
          </form>
        </MantineProvider>
      );
    }
    render(<Form />);
    await user.click(screen.getByRole("button", { name: "Anzünden" }));
    expect(await screen.findByText(rare.message)).toHaveAttribute("lang", "en");
    expect(screen.getByLabelText("Lampe")).toHaveAccessibleDescription(
      /Das wurde nicht gefunden.*lamp of 1921/,
    );
  });

  it("marks a sentence that has no German as English", () => {
    render(<Said>The moon is full.</Said>);
    expect(screen.getByText("The moon is full.")).toHaveAttribute("lang", "en");
  });
});
