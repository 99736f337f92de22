import { MantineProvider } from "@mantine/core";
import { Notifications, notifications } from "@mantine/notifications";
import { act, render, screen } from "@testing-library/react";
import { afterEach, expect, it } from "vitest";
import { BackendError } from "@/backend/error";
import { switchLanguage } from "@/i18n";
import { formatMoney } from "./money";
import { toast } from "./toast";

afterEach(async () => {
  notifications.clean();
  await switchLanguage("en");
});

/** What is at the corner, in one language and then in the other. */
async function both(show: () => void, english: string, german: string) {
  render(
    <MantineProvider env="test">
      <Notifications />
    </MantineProvider>,
  );
  act(show);
  const message = await screen.findByText(english);
  await act(() => switchLanguage("de"));
  expect(message).toHaveTextContent(german);
}

it("says what was done in the language of the window, also when that changes", async () => {
  const money = (language: string) => formatMoney(125_050, "EUR", language);
  await both(
    () =>
      toast.done((t, language) => t("payments:cash.done", { amount: money(language), receipt: "K7-12" }), {
        undo: () => {},
      }),
    "€1,250.50 recorded. Receipt K7-12.",
    "1.250,50",
  );
  expect(screen.getByRole("button", { name: "Rückgängig" })).toBeInTheDocument();
  expect(screen.getByRole("button", { name: "Meldung schließen" })).toBeInTheDocument();
});

it("says so where a file is", async () => {
  await both(() => toast.saved("/d/people.csv"), "Saved to /d/people.csv", "Gespeichert unter /d/people.csv");
  expect(screen.getByRole("button", { name: "Pfad kopieren" })).toBeInTheDocument();
});

it("says so what did not work, and why", async () => {
  await both(
    () => toast.problem(new BackendError({ code: "not-found", message: "The course was not found." })),
    "The course was not found.",
    "Der Kurs wurde nicht gefunden.",
  );
  expect(screen.getByText("Das hat nicht geklappt")).toBeInTheDocument();
});

it("says so what the window itself met", async () => {
  await both(
    () => toast.problem(BackendError.own((t) => t("people:import.unreadable", { name: "a.csv" }))),
    "a.csv cannot be read.",
    "a.csv kann nicht gelesen werden.",
  );
});
