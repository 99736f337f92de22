import { notifications } from "@mantine/notifications";
import { cleanup, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { listSearch } from "@/design";
import { noProgram, openAt, pageOf, program } from "@/features/lists/inAddresses";
import { EnrollmentsPage } from "./EnrollmentsPage";

vi.setConfig({ testTimeout: 30_000 });

afterEach(() => {
  notifications.clean();
  cleanup();
  noProgram();
});

const screens = {
  "/enrollments": {
    screen: EnrollmentsPage,
    search: listSearch(["status", "payment", "course", "enrolled"]),
  },
};
const rows = [0, 1, 2].map((n) => ({
  id: `e${n}`,
  student: { id: `s${n}`, name: `Student ${n}` },
  course: { id: "c", title: "Algebra" },
  status: "active",
  enrolledAt: "2026-03-01T09:00:00Z",
  progress: 0,
  paymentStatus: null,
  amount: { minor: 0, currency: "EUR" },
}));

async function askToCancel(user: ReturnType<typeof userEvent.setup>) {
  await screen.findByText("Student 2");
  await user.click(screen.getByRole("button", { name: "Select all" }));
  await user.click(await screen.findByRole("button", { name: "Cancel enrollments" }));
  const dialog = await screen.findByRole("dialog", { name: "Cancel 3 enrollments?" });
  await user.type(within(dialog).getByRole("textbox", { name: "Reason" }), "Course called off");
  await user.click(within(dialog).getByRole("button", { name: "Cancel 3 enrollments" }));
}

it("cancels one after the other, each as it stands, and names what was refused", async () => {
  const asked = program({
    enrollments_list: ({ window }) => pageOf(rows, window),
    enrollment: ({ id }) => ({ id, rev: Number(id[1]) + 7 }),
    enrollment_cancel: ({ id }) => {
      if (id === "e1") throw { code: "wrong-state", message: "It is completed." };
      return { id };
    },
  });
  const user = userEvent.setup();
  await openAt("/enrollments", screens);
  await askToCancel(user);
  const outcome = await screen.findByRole("dialog", { name: "1 was refused" });
  expect(within(outcome).getByText("2 enrollments cancelled.")).toBeInTheDocument();
  expect(within(outcome).getByRole("listitem")).toHaveTextContent("Student 1 in AlgebraIt is completed.");
  expect(asked.filter(([name]) => name === "enrollment_cancel").map(([, args]) => args)).toEqual(
    [0, 1, 2].map((n) => ({ id: `e${n}`, rev: n + 7, reason: "Course called off" })),
  );
});

it("shows how far it is, and Cancel leaves the rest as it is", async () => {
  let goOn: (value: unknown) => void = () => {};
  const asked = program({
    enrollments_list: ({ window }) => pageOf(rows, window),
    enrollment: ({ id }) => ({ id, rev: 1 }),
    enrollment_cancel: () =>
      new Promise((resolve) => {
        goOn = resolve;
      }),
  });
  const user = userEvent.setup();
  await openAt("/enrollments", screens);
  await askToCancel(user);
  const panel = await screen.findByRole("region", { name: "Cancelling enrollments" });
  expect(within(panel).getByText("0 of 3")).toBeInTheDocument();
  await user.click(within(panel).getByRole("button", { name: "Cancel" }));
  await waitFor(() => expect(asked.some(([name]) => name === "enrollment_cancel")).toBe(true));
  goOn({});
  expect(await screen.findByText("1 enrollment cancelled. 2 left as they were.")).toBeInTheDocument();
  expect(asked.filter(([name]) => name === "enrollment_cancel")).toHaveLength(1);
});
