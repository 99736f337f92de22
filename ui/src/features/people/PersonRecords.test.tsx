import { cleanup, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import type { EnrollmentFilter } from "@/bindings/EnrollmentFilter";
import type { PaymentFilter } from "@/bindings/PaymentFilter";
import type { PaymentRowDto } from "@/bindings/PaymentRowDto";
import { listSearch } from "@/design";
import { noProgram, openAt, pageOf, program } from "@/features/lists/inAddresses";
import { EnrollmentsPage } from "../enrollments/EnrollmentsPage";
import { PaymentsPage } from "../payments/PaymentsPage";
import { EnrollmentsTab, PaymentsTab } from "./PersonRecords";

vi.setConfig({ testTimeout: 30_000 });

afterEach(() => {
  cleanup();
  noProgram();
});

const row = (n: number): PaymentRowDto => ({
  id: `p${n}`,
  student: n < 60 ? { id: "s1", name: "Ada Lovelace" } : { id: "s2", name: "Bo Ek" },
  course: { id: "c", title: "Algebra" },
  enrollment: null,
  status: "completed",
  method: "cash",
  amount: { minor: 1000, currency: "EUR" },
  refunded: { minor: 0, currency: "EUR" },
  refundRequested: { minor: 0, currency: "EUR" },
  receiptNumber: `R-${n}`,
  createdAt: "2026-03-01T09:00:00Z",
  paidAt: null,
});

/** Sixty payments and enrollments of Ada, ten of Bo. */
function desk() {
  const rows = Array.from({ length: 70 }, (_, n) => row(n));
  const of = (user: string | null) => rows.filter(({ student }) => user === null || student.id === user);
  return program({
    payments_list: ({ filter, window }: { filter: PaymentFilter; window: never }) =>
      pageOf(of(filter.user), window),
    payments_queue: () => ({ byStatus: [], refundRequests: 0, outstanding: [] }),
    enrollments_list: ({ filter, window }: { filter: EnrollmentFilter; window: never }) =>
      pageOf(
        of(filter.user).map((one) => ({
          ...one,
          enrolledAt: one.createdAt,
          progress: 0,
          paymentStatus: null,
        })),
        window,
      ),
    people_list: ({ window }) => pageOf([{ id: "s2", name: "Bo Ek" }], window),
  });
}

const payments = { screen: PaymentsPage, search: listSearch(["status", "user", "made"]) };
const bar = () => within(screen.getByRole("search", { name: "Filters" }));

it("shows all payments of a person in the list, where they are a filter that can be taken away", async () => {
  const asked = desk();
  const user = userEvent.setup();
  const screens = { "/x": { screen: () => <PaymentsTab user="s1" /> }, "/payments": payments };
  const { router } = await openAt("/x", screens);
  expect((await screen.findAllByRole("listitem")).length).toBe(50);
  await user.click(screen.getByRole("link", { name: "Show all 60" }));
  const grid = await screen.findByRole("grid", { name: "Payments" });
  await waitFor(() => expect(grid).toHaveAttribute("aria-rowcount", "61"));
  await user.click(await screen.findByRole("button", { name: "Student: Ada Lovelace" }));
  await user.click(await screen.findByRole("option", { name: "Bo Ek" }));
  await waitFor(() => expect(grid).toHaveAttribute("aria-rowcount", "11"));
  expect(bar().getByRole("button", { name: "Student: Bo Ek" })).toBeInTheDocument();
  await user.click(bar().getByRole("button", { name: "Clear" }));
  await waitFor(() => expect(grid).toHaveAttribute("aria-rowcount", "71"));
  expect(router.state.location.search).toEqual({});
  expect(asked.map(([command]) => command)).not.toContain("person");
});

it("shows all enrollments of a person in the list", async () => {
  desk();
  const user = userEvent.setup();
  await openAt("/x", {
    "/x": { screen: () => <EnrollmentsTab user="s1" /> },
    "/enrollments": { screen: EnrollmentsPage, search: listSearch(["status", "user"]) },
  });
  await user.click(await screen.findByRole("link", { name: "Show all 60" }));
  const grid = await screen.findByRole("grid", { name: "Enrollments" });
  await waitFor(() => expect(grid).toHaveAttribute("aria-rowcount", "61"));
  expect(await screen.findByRole("button", { name: "Student: Ada Lovelace" })).toBeInTheDocument();
});

it("leads nowhere where everything is shown", async () => {
  desk();
  await openAt("/x", { "/x": { screen: () => <PaymentsTab user="s2" /> } });
  expect((await screen.findAllByRole("listitem")).length).toBe(10);
  expect(screen.queryByRole("link", { name: /Show all/ })).not.toBeInTheDocument();
});

it("names the person to somebody who may not look people up, and lets them take the filter away", async () => {
  const asked = desk();
  const user = userEvent.setup();
  await openAt('/payments?user=["s2"]', { "/payments": payments }, "finance");
  await user.click(await screen.findByRole("button", { name: "Student: Bo Ek" }));
  await user.click(await screen.findByRole("option", { name: "Bo Ek", selected: true }));
  const grid = screen.getByRole("grid", { name: "Payments" });
  await waitFor(() => expect(grid).toHaveAttribute("aria-rowcount", "71"));
  expect(bar().queryByRole("button", { name: /^Student/ })).not.toBeInTheDocument();
  expect(asked.map(([command]) => command)).not.toContain("people_list");
});
