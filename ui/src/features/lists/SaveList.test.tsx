import { notifications } from "@mantine/notifications";
import { emit } from "@tauri-apps/api/event";
import { act, cleanup, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import type { PeopleFilter } from "@/bindings/PeopleFilter";
import { noProgram, openAt, program } from "./inAddresses";
import { SaveList } from "./SaveList";

vi.setConfig({ testTimeout: 30_000 });

afterEach(() => {
  notifications.clean();
  cleanup();
  noProgram();
});

const filter = { text: "", roles: [], statuses: [], sort: "name", descending: false } as PeopleFilter;
const Screen = () => <SaveList what={{ list: "people", filter }} />;
const screens = { "/x": { screen: Screen }, "/y": { screen: () => <p>elsewhere</p> } };

/** A program that writes until it is let go. */
function slow() {
  let finish: (answer: unknown) => void = () => {};
  let refuse: (problem: unknown) => void = () => {};
  const asked = program({
    list_save: () =>
      new Promise((resolve, reject) => {
        finish = resolve;
        refuse = reject;
      }),
  });
  const saves = () => asked.filter(([name]) => name === "list_save").map(([, args]) => args);
  return {
    asked,
    saves,
    task: () => (saves()[0] as { task: string }).task,
    finish: (path: string) => act(async () => finish({ path, name: "", bytes: 1, rows: 3 })),
    refuse: (problem: unknown) => act(async () => refuse(problem)),
  };
}

async function start(user: ReturnType<typeof userEvent.setup>) {
  await user.click(await screen.findByRole("button", { name: "Save the list" }));
  await user.click(await screen.findByRole("menuitem", { name: "Save as CSV" }));
}

it("says how far it is, wherever one goes, and then where the file is until that is closed", async () => {
  const desk = slow();
  const user = userEvent.setup();
  const { router } = await openAt("/x", screens);
  await start(user);
  await screen.findByRole("region", { name: "Saving the list" });
  await act(() => emit("progress", { task: desk.task(), stage: "writing", done: 500, total: 2000 }));
  expect(await screen.findByText("500 of 2,000")).toBeInTheDocument();
  await act(() => router.navigate({ to: "/y" as never }));
  expect(await screen.findByText("elsewhere")).toBeInTheDocument();
  expect(screen.getByRole("region", { name: "Saving the list" })).toBeInTheDocument();
  await desk.finish("/downloads/people.csv");
  expect(await screen.findByText("Saved to /downloads/people.csv")).toBeInTheDocument();
  expect(screen.getByRole("button", { name: "Copy path" })).toBeInTheDocument();
  await waitFor(() =>
    expect(screen.queryByRole("region", { name: "Saving the list" })).not.toBeInTheDocument(),
  );
});

it("writes one file at a time", async () => {
  const desk = slow();
  const user = userEvent.setup();
  await openAt("/x", screens);
  await start(user);
  const verb = screen.getByRole("button", { name: "Save the list" });
  await waitFor(() => expect(verb).toBeDisabled());
  await user.click(verb);
  expect(desk.saves()).toHaveLength(1);
  await desk.finish("/f.csv");
  await waitFor(() => expect(verb).toBeEnabled());
});

it("can be stopped, which is no failure", async () => {
  const desk = slow();
  const user = userEvent.setup();
  await openAt("/x", screens);
  await start(user);
  await user.click(await screen.findByRole("button", { name: "Cancel" }));
  expect(desk.asked).toContainEqual(["task_cancel", { task: desk.task() }]);
  expect(await screen.findByText("Stopping…")).toBeInTheDocument();
  await desk.refuse({ code: "cancelled", message: "Stopped; no file was saved." });
  expect(await screen.findByText("Stopped; no file was saved.")).toBeInTheDocument();
  expect(screen.queryByRole("alert")).not.toBeInTheDocument();
});
