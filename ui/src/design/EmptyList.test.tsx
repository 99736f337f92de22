import { cleanup, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { BackendError } from "@/backend/error";
import { syncStatusQuery } from "@/backend/queries/server";
import type { SyncStatus } from "@/bindings/SyncStatus";
import { noProgram, openAt, pageOf, program } from "@/features/lists/inAddresses";
import { PeoplePage } from "@/features/people/PeoplePage";
import { ErrorState } from "./ErrorState";
import { listSearch } from "./listSearch";

vi.setConfig({ testTimeout: 30_000 });

afterEach(() => {
  cleanup();
  noProgram();
});

const status = (over: Partial<SyncStatus>): Partial<SyncStatus> => ({
  state: "online",
  lastContact: null,
  ...over,
});
const screens = { "/people": { screen: PeoplePage, search: listSearch(["role", "status"]) } };
const desk = (sync: Partial<SyncStatus>, total = 0) =>
  program({
    people_list: ({ window }) =>
      pageOf(
        Array.from({ length: total }, (_, n) => ({
          id: `${n}`,
          name: `Person ${n}`,
          email: "",
          role: "student",
          status: "active",
          enrollments: 0,
          createdAt: "2026-03-01T09:00:00Z",
        })),
        window,
      ),
    sync_status: () => sync,
    sync_centre: () => ({ status: sync, collections: [{ done: 430, total: 1000 }] }),
  });

it("offers to add the first one only where nothing keeps rows out", async () => {
  desk(status({}));
  await openAt("/people", screens);
  expect(await screen.findByText("Nobody here yet")).toBeInTheDocument();
  expect(screen.queryByRole("button", { name: "Clear filters" })).not.toBeInTheDocument();
});

it("says that nothing matches, and clears what keeps rows out", async () => {
  desk(status({}));
  const user = userEvent.setup();
  const { router } = await openAt('/people?q=ada&status=["suspended"]', screens);
  expect(await screen.findByText("Nothing matches")).toBeInTheDocument();
  expect(screen.queryByText("Nobody here yet")).not.toBeInTheDocument();
  await user.click(screen.getByRole("button", { name: "Clear filters" }));
  await waitFor(() => expect(router.state.location.search).toEqual({}));
  expect(screen.getByRole("searchbox", { name: "Search people" })).toHaveValue("");
  expect(await screen.findByText("Nobody here yet")).toBeInTheDocument();
});

it("says how far the first fetch is instead of asking for a first row", async () => {
  desk(status({ state: "initial" }));
  await openAt("/people", screens);
  // instead of rows, and in the line above where rows will be
  await waitFor(() =>
    expect(screen.getAllByText("Still being fetched from the server, 43%")).toHaveLength(2),
  );
  expect(screen.queryByText("Nobody here yet")).not.toBeInTheDocument();
});

it("says quietly that the list is as old as the last contact, while the server is away", async () => {
  desk(status({ state: "offline", lastContact: new Date(Date.now() - 3 * 3_600_000).toISOString() }), 3);
  const { client } = await openAt("/people", screens);
  expect(await screen.findByText("Person 2")).toBeInTheDocument();
  expect(await screen.findByText(/Offline, as of/)).toHaveTextContent("Offline, as of 3 hours ago");
  client.setQueryData(syncStatusQuery.queryKey, status({}) as SyncStatus);
  await waitFor(() => expect(screen.queryByText(/Offline/)).not.toBeInTheDocument());
});

it("tells what needs the server from what is broken", async () => {
  program({});
  const error = new BackendError({ code: "online-only", message: "The migrations are the server's." });
  await openAt("/x", { "/x": { screen: () => <ErrorState title="Not read" error={error} /> } });
  expect(await screen.findByRole("alert")).toHaveTextContent("Not available offline");
});
