import { notifications } from "@mantine/notifications";
import { cleanup, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import type { PaymentFilter } from "@/bindings/PaymentFilter";
import { listSearch } from "@/design";
import { noProgram, openAt, pageOf, program } from "@/features/lists/inAddresses";
import { MyPaymentsPage } from "./MyPaymentsPage";

vi.setConfig({ testTimeout: 30_000 });

afterEach(() => {
  notifications.clean();
  cleanup();
  noProgram();
});

it("is narrowed by status and text", async () => {
  const asked = program({ payments_list: ({ window }) => pageOf([], window) });
  const user = userEvent.setup();
  await openAt(
    "/my-payments",
    { "/my-payments": { screen: MyPaymentsPage, search: listSearch(["status", "made"]) } },
    "student",
  );
  expect(await screen.findByText("Nothing paid yet")).toBeInTheDocument();
  await user.click(
    within(screen.getByRole("search", { name: "Filters" })).getByRole("button", { name: "Status" }),
  );
  await user.click(await screen.findByRole("option", { name: "Pending" }));
  await user.type(screen.getByRole("searchbox", { name: "Search course or receipt" }), "alg");
  await waitFor(() => {
    const last = asked.findLast(([name]) => name === "payments_list")?.[1] as { filter: PaymentFilter };
    expect(last.filter).toMatchObject({ text: "alg", statuses: ["pending"], descending: true });
  });
  expect(await screen.findByText("Nothing matches")).toBeInTheDocument();
});

it("is saved as a file, as it is narrowed", async () => {
  const asked = program({
    payments_list: ({ window }) => pageOf([], window),
    list_save: () => ({ path: "/downloads/payments.xlsx", name: "payments.xlsx", bytes: 1, rows: 0 }),
  });
  const user = userEvent.setup();
  await openAt(
    '/my-payments?status=["completed"]',
    { "/my-payments": { screen: MyPaymentsPage, search: listSearch(["status", "made"]) } },
    "student",
  );
  await user.click(await screen.findByRole("button", { name: "Save the list" }));
  await user.click(await screen.findByRole("menuitem", { name: "Save as Excel workbook" }));
  expect(await screen.findByText("Saved to /downloads/payments.xlsx")).toBeInTheDocument();
  const saved = asked.find(([name]) => name === "list_save")?.[1];
  expect(saved).toMatchObject({
    format: "xlsx",
    what: { list: "payments", filter: { statuses: ["completed"], user: null } },
  });
});
