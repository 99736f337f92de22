import { cleanup, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import type { PaymentFilter } from "@/bindings/PaymentFilter";
import { listSearch } from "@/design";
import { noProgram, openAt, pageOf, program } from "@/features/lists/inAddresses";
import { MyPaymentsPage } from "./MyPaymentsPage";

vi.setConfig({ testTimeout: 30_000 });

afterEach(() => {
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
