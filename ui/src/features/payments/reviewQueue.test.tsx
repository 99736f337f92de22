import { cleanup, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import type { PaymentDetail } from "@/bindings/PaymentDetail";
import type { PaymentFilter } from "@/bindings/PaymentFilter";
import type { PaymentRowDto } from "@/bindings/PaymentRowDto";
import { listSearch } from "@/design";
import { neighboursOf } from "@/design/Walk";
import { noProgram, openAt, pageOf, program } from "@/features/lists/inAddresses";
import { PaymentPage } from "./PaymentPage";
import { PaymentsPage } from "./PaymentsPage";
import { ReceiptPage } from "./ReceiptPage";

vi.setConfig({ testTimeout: 30_000 });

afterEach(() => {
  cleanup();
  noProgram();
});

const EUR = (minor: number) => ({ minor, currency: "EUR" as const });
const row = (n: number, status: PaymentRowDto["status"] = "pending"): PaymentRowDto => ({
  id: `p${n}`,
  student: { id: `s${n}`, name: `Student ${n}` },
  course: { id: "c", title: "Algebra" },
  enrollment: null,
  status,
  method: "cash",
  amount: EUR(1000),
  refunded: EUR(0),
  refundRequested: EUR(0),
  receiptNumber: null,
  createdAt: "2026-03-01T09:00:00Z",
  paidAt: null,
});

function detail(one: PaymentRowDto): Partial<PaymentDetail> {
  return {
    ...one,
    receiptNumber: `R-${one.id}`,
    studentEmail: "s@x.example",
    why: { code: "payment.waiting", params: {}, since: null, by: null, link: null },
    ledgerBalance: EUR(0),
    references: [],
    refunds: [],
    ledger: [],
    verbs: {
      recordCash: false,
      recordProvider: false,
      fail: false,
      cancel: false,
      refund: false,
      retry: false,
      receipt: true,
    },
  };
}

/** Forty payments, every other one still waits. */
function desk() {
  const rows = Array.from({ length: 40 }, (_, n) => row(n, n % 2 ? "completed" : "pending"));
  const asked = program({
    payments_list: ({ filter, window }: { filter: PaymentFilter; window: never }) =>
      pageOf(
        rows.filter((one) => filter.statuses.length === 0 || filter.statuses.includes(one.status)),
        window,
      ),
    payments_queue: () => ({ byStatus: [], refundRequests: 0, outstanding: [] }),
    payment: ({ id }: { id: string }) => detail(rows.find((one) => one.id === id) ?? row(0)),
    timeline: () => [],
    receipt: ({ receiptNumber }: { receiptNumber: string }) => ({
      number: receiptNumber,
      kind: "charge",
      method: "cash",
      amount: EUR(1000),
      occurredAt: "2026-03-01T09:00:00Z",
      recordedAt: "2026-03-01T09:00:00Z",
    }),
    record_pending: () => ({ waiting: [], conflicts: 0 }),
  });
  return { rows, asked };
}

const screens = {
  "/payments": {
    screen: PaymentsPage,
    search: listSearch(["status", "method", "currency", "made", "refund"]),
  },
  "/payments/$paymentId": { screen: PaymentPage },
};
const QUEUE = '/payments?status=["pending","processing"]&sort=student&dir=asc';

it("goes from a payment of the queue to the next and the one before, by button and by key", async () => {
  desk();
  const user = userEvent.setup();
  const { router } = await openAt(QUEUE, screens);
  await user.click(await screen.findByText("Student 4"));
  expect(await screen.findByRole("heading", { name: "R-p4" })).toBeInTheDocument();
  const walk = screen.getByRole("group", { name: "In the list" });
  expect(await within(walk).findByText("3 of 20")).toBeInTheDocument();
  const next = within(walk).getByRole("button", { name: "Next in the list" });
  await user.click(next);
  // the one between them does not wait
  expect(await screen.findByRole("heading", { name: "R-p6" })).toBeInTheDocument();
  expect(screen.getByRole("button", { name: "Next in the list" })).toHaveFocus();
  await user.keyboard("j");
  expect(await screen.findByRole("heading", { name: "R-p8" })).toBeInTheDocument();
  await user.keyboard("k");
  expect(await screen.findByRole("heading", { name: "R-p6" })).toBeInTheDocument();
  // the browser's way back leads to the list, not through all that were looked at
  expect(router.history.length).toBe(2);
});

it("leads back to the queue as it was left: its filters, its order, its row", async () => {
  desk();
  const user = userEvent.setup();
  const { router } = await openAt(QUEUE, screens);
  await user.click(await screen.findByText("Student 4"));
  await user.click(await screen.findByRole("button", { name: "Next in the list" }));
  await screen.findByRole("heading", { name: "R-p6" });
  await user.click(screen.getByRole("link", { name: "Payments" }));
  const grid = await screen.findByRole("grid", { name: "Payments" });
  expect(router.state.location.search).toEqual({
    status: ["pending", "processing"],
    sort: "student",
    dir: "asc",
  });
  await waitFor(() => expect(grid).toHaveFocus());
  await user.keyboard("{Enter}");
  expect(await screen.findByRole("heading", { name: "R-p6" })).toBeInTheDocument();
});

it("stands at the row too when the browser goes back", async () => {
  desk();
  const user = userEvent.setup();
  const { router } = await openAt(QUEUE, screens);
  await user.click(await screen.findByText("Student 8"));
  await screen.findByRole("heading", { name: "R-p8" });
  router.history.back();
  await waitFor(async () => expect(await screen.findByRole("grid", { name: "Payments" })).toHaveFocus());
  await user.keyboard("j{Enter}");
  expect(await screen.findByRole("heading", { name: "R-p10" })).toBeInTheDocument();
});

it("a payment that no longer waits has left the queue; the next one is the one that took its place", async () => {
  const { rows } = desk();
  const user = userEvent.setup();
  const { client } = await openAt(QUEUE, screens);
  await user.click(await screen.findByText("Student 4"));
  await screen.findByText("3 of 20");
  rows[4] = row(4, "completed");
  await client.invalidateQueries();
  await waitFor(() => expect(screen.queryByText("3 of 20")).not.toBeInTheDocument());
  await user.click(screen.getByRole("button", { name: "Next in the list" }));
  expect(await screen.findByRole("heading", { name: "R-p6" })).toBeInTheDocument();
  expect(await screen.findByText("3 of 19")).toBeInTheDocument();
});

it("looking at a receipt is no way out of the queue", async () => {
  const { rows } = desk();
  const user = userEvent.setup();
  await openAt(QUEUE, {
    ...screens,
    "/payments/$paymentId/receipts/$number": { screen: ReceiptPage },
  });
  await user.click(await screen.findByText(rows[4]?.student.name ?? ""));
  await user.click(await screen.findByRole("link", { name: "Receipt" }));
  expect(await screen.findByRole("heading", { name: "R-p4" })).toBeInTheDocument();
  await user.click(await screen.findByRole("link", { name: "Payment" }));
  expect(await screen.findByText("3 of 20")).toBeInTheDocument();
});

it("says in words that no refund waits for a second person, where nothing was filtered by hand", async () => {
  program({
    payments_list: ({ window }: { window: never }) => pageOf([], window),
    payments_queue: () => ({ byStatus: [], refundRequests: 0, outstanding: [] }),
  });
  const user = userEvent.setup();
  await openAt("/payments", screens);
  await user.click(await screen.findByRole("button", { name: /Refunds to decide/ }));
  expect(await screen.findByText("No refund waits for a second person")).toBeInTheDocument();
  expect(screen.queryByText("Nothing matches")).not.toBeInTheDocument();
  await user.click(screen.getByRole("button", { name: /Failed/ }));
  expect(await screen.findByText("No payment has failed")).toBeInTheDocument();
});

it("says that nothing matches where the queue is searched as well", async () => {
  program({
    payments_list: ({ window }: { window: never }) => pageOf([], window),
    payments_queue: () => ({ byStatus: [], refundRequests: 0, outstanding: [] }),
  });
  await openAt('/payments?refund=["asked"]&q=ada', screens);
  expect(await screen.findByText("Nothing matches")).toBeInTheDocument();
});

it("a payment opened by its address has no list to walk", async () => {
  desk();
  await openAt("/payments/p4", screens);
  expect(await screen.findByRole("heading", { name: "R-p4" })).toBeInTheDocument();
  expect(screen.queryByRole("button", { name: "Next in the list" })).not.toBeInTheDocument();
  expect(screen.getByRole("link", { name: "Payments" })).toHaveAttribute("href", "/payments");
});

it("knows the neighbours of a row wherever it stands now", () => {
  const rows = ["a", "b", "c"];
  expect(neighboursOf(rows, 10, 10, (r) => r === "b")).toEqual({
    at: 11,
    before: { row: "a", index: 10 },
    after: { row: "c", index: 12 },
  });
  expect(neighboursOf(rows, 10, 12, (r) => r === "gone")).toEqual({
    at: null,
    before: { row: "b", index: 11 },
    after: { row: "c", index: 12 },
  });
  expect(neighboursOf(rows, 0, 0, (r) => r === "a").before).toBeNull();
});
