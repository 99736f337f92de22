import { emit } from "@tauri-apps/api/event";
import { act, cleanup, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { noProgram, openAt, program } from "@/features/lists/inAddresses";
import { switchLanguage } from "@/i18n";
import { MigrationsPage } from "./MigrationsPage";

vi.setConfig({ testTimeout: 30_000 });

afterEach(async () => {
  cleanup();
  noProgram();
  await switchLanguage("en");
});

const row = {
  number: 1,
  name: "indexes",
  about: "",
  state: "pending",
  skipped: [],
  at: null,
  device: null,
  tookMs: null,
};
const migrations = { rows: [row], lockedBy: null, offending: [], offendingTotal: 0 };

it("still tells how far a run is, and starts no second one, when one comes back to it", async () => {
  let finish: (answer: unknown) => void = () => {};
  const asked = program({
    sync_status: () => ({ state: "online" }),
    migrations: () => migrations,
    migrations_run: () =>
      new Promise((resolve) => {
        finish = resolve;
      }),
  });
  const user = userEvent.setup();
  const { router } = await openAt("/m", {
    "/m": { screen: MigrationsPage },
    "/elsewhere": { screen: () => <h1>Elsewhere</h1> },
  });
  await user.click(await screen.findByRole("button", { name: "Show what would be done" }));
  await waitFor(() => expect(asked.some(([name]) => name === "migrations_run")).toBe(true));
  const [, sent] = asked.find(([name]) => name === "migrations_run") ?? [];
  const { task } = sent as { task: string };
  await act(() => router.navigate({ to: "/elsewhere" as never }));
  await screen.findByRole("heading", { name: "Elsewhere" });
  await act(() => router.navigate({ to: "/m" as never }));
  expect(await screen.findByRole("button", { name: "Show what would be done" })).toBeDisabled();
  await act(() => emit("progress", { task, stage: "preparing", done: 3, total: 9 }));
  expect(await screen.findByText("3 of 9")).toBeInTheDocument();
  await act(async () => finish({ now: migrations, dryRun: true, commands: [], skipped: [] }));
  await waitFor(() => expect(screen.getByRole("button", { name: "Show what would be done" })).toBeEnabled());
});

it("says in the window's language what a migration does; one of a newer program in its own words", async () => {
  const newer = { ...row, number: 99, name: "novel", about: "Does what is new.", state: "unknown" };
  program({
    sync_status: () => ({ state: "online" }),
    migrations: () => ({ ...migrations, rows: [row, newer] }),
  });
  await switchLanguage("de");
  await openAt("/m", { "/m": { screen: MigrationsPage } });
  expect(await screen.findByText(/^Legt die Indizes des ursprünglichen Schemas an/)).toBeInTheDocument();
  expect(screen.getByText("Does what is new.")).toHaveAttribute("lang", "en");
});
