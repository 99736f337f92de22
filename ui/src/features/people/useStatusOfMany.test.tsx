import { notifications } from "@mantine/notifications";
import { cleanup, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import type { PersonRowDto } from "@/bindings/PersonRowDto";
import { listSearch } from "@/design";
import { noProgram, openAt, pageOf, program } from "@/features/lists/inAddresses";
import { EnrollPage } from "../enrollments/EnrollPage";
import { PeoplePage } from "./PeoplePage";

vi.setConfig({ testTimeout: 30_000 });

afterEach(() => {
  notifications.clean();
  cleanup();
  noProgram();
});

const person = (n: number): PersonRowDto => ({
  id: `${n}`,
  name: `Person ${n}`,
  email: `p${n}@x.example`,
  role: "student",
  status: n === 2 ? "inactive" : "active",
  emailVerified: true,
  locked: false,
  enrollments: 0,
  lastLoginAt: null,
  createdAt: "2026-03-01T09:00:00Z",
});
const screens = {
  "/people": { screen: PeoplePage, search: listSearch(["role", "status"]) },
  "/enrollments/new": { screen: EnrollPage, search: (raw: object) => raw },
};

function desk(refused: string[] = []) {
  const rows = [person(0), person(1), person(2), person(3)];
  const asked = program({
    people_list: ({ window }) => pageOf(rows, window),
    people_set_status: ({ ids }: { ids: string[] }) => ({
      done: ids.filter((id) => !refused.includes(id)).length,
      refused: ids
        .filter((id) => refused.includes(id))
        .map((id) => ({ id, label: `Person ${id}`, code: "last-admin", message: `Why ${id} stays.` })),
    }),
  });
  return () => asked.filter(([name]) => name === "people_set_status").map(([, args]) => args);
}

async function selectAll(user: ReturnType<typeof userEvent.setup>) {
  await screen.findByText("Person 3");
  await user.click(screen.getByRole("button", { name: "Select all" }));
  return screen.findByRole("toolbar", { name: "With the selected rows" });
}

it("asks why before it suspends, and does nothing without a reason", async () => {
  const sent = desk();
  const user = userEvent.setup();
  await openAt("/people", screens);
  const bar = await selectAll(user);
  await user.click(within(bar).getByRole("button", { name: "Suspend" }));
  const dialog = await screen.findByRole("dialog", { name: "Suspend 4 people?" });
  await user.click(within(dialog).getByRole("button", { name: "Suspend" }));
  expect(await within(dialog).findByText("A reason is needed.")).toBeInTheDocument();
  expect(sent()).toEqual([]);
  await user.type(within(dialog).getByRole("textbox", { name: "Reason" }), "Fees unpaid");
  await user.click(within(dialog).getByRole("button", { name: "Suspend" }));
  await waitFor(() =>
    expect(sent()).toEqual([{ ids: ["0", "1", "2", "3"], status: "suspended", reason: "Fees unpaid" }]),
  );
  expect(await screen.findByText("4 people changed.")).toBeInTheDocument();
});

it("takes it back: everybody has the status they had", async () => {
  const sent = desk();
  const user = userEvent.setup();
  await openAt("/people", screens);
  const bar = await selectAll(user);
  await user.click(within(bar).getByRole("button", { name: "Suspend" }));
  const dialog = await screen.findByRole("dialog");
  await user.type(within(dialog).getByRole("textbox", { name: "Reason" }), "A mistake");
  await user.click(within(dialog).getByRole("button", { name: "Suspend" }));
  await user.click(await screen.findByRole("button", { name: "Undo" }));
  await waitFor(() =>
    expect(sent().slice(1)).toEqual([
      { ids: ["0", "1", "3"], status: "active", reason: null },
      { ids: ["2"], status: "inactive", reason: null },
    ]),
  );
});

it("names everybody who was refused, each with the reason", async () => {
  desk(["0", "1", "2", "3"]);
  const user = userEvent.setup();
  await openAt("/people", screens);
  const bar = await selectAll(user);
  await user.click(within(bar).getByRole("button", { name: "Activate" }));
  const dialog = await screen.findByRole("dialog", { name: "4 were refused" });
  const names = within(within(dialog).getByRole("list", { name: "Refused" })).getAllByRole("listitem");
  expect(names.map((one) => one.textContent)).toEqual([0, 1, 2, 3].map((n) => `Person ${n}Why ${n} stays.`));
  expect(within(dialog).queryByRole("button", { name: "Undo" })).not.toBeInTheDocument();
});

it("leads to enrolling with the people who are selected, by name", async () => {
  desk();
  const user = userEvent.setup();
  const { router } = await openAt("/people", screens);
  const bar = await selectAll(user);
  await user.click(within(bar).getByRole("link", { name: "Enroll selected" }));
  expect(await screen.findByRole("heading", { name: "Enroll" })).toBeInTheDocument();
  expect(router.state.location.search).toEqual({ user: ["0", "1", "2", "3"] });
  expect(screen.getByText("Person 2 · p2@x.example")).toBeInTheDocument();
});
