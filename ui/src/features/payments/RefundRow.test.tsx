import { mockIPC } from "@tauri-apps/api/mocks";
import { cleanup, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import type { PaymentDetail } from "@/bindings/PaymentDetail";
import type { RefundDto } from "@/bindings/RefundDto";
import { renderAs } from "@/features/server/inRouter";
import { RefundRow } from "./RefundRow";

vi.setConfig({ testTimeout: 30_000 });

afterEach(() => {
  cleanup();
  Reflect.deleteProperty(window, "__TAURI_INTERNALS__");
});

const payment = { id: "p1", rev: 4 } as PaymentDetail;
const waiting: RefundDto = {
  id: "r1",
  amount: { minor: 25_000, currency: "EUR" },
  reason: "Moved away",
  status: "pending",
  requestedBy: { id: "1", name: "Grace Hopper" },
  requestedAt: "2026-03-01T09:00:00Z",
  decidedBy: null,
  decidedAt: null,
  refundedAt: null,
  receiptNumber: null,
  withdrawnAt: null,
  mayDecide: false,
  mayWithdraw: true,
};

function backend() {
  const sent: [string, unknown][] = [];
  mockIPC((command, payload) => {
    if (command.startsWith("plugin:")) return null;
    sent.push([command, (payload as { args: unknown }).args]);
    return payment;
  });
  return sent;
}
const show = (refund: Partial<RefundDto>) =>
  renderAs("finance", <RefundRow payment={payment} refund={{ ...waiting, ...refund }} onDecide={() => {}} />);

it("lets who asked withdraw the request, after asking once", async () => {
  const sent = backend();
  const user = userEvent.setup();
  await show({});
  expect(screen.getByText("Waits for a second person")).toBeInTheDocument();
  expect(screen.queryByRole("button", { name: "Approve refund" })).not.toBeInTheDocument();
  await user.click(screen.getByRole("button", { name: "Withdraw request" }));
  const question = await screen.findByRole("dialog", {
    name: "Withdraw the request to refund €250.00?",
  });
  expect(sent).toEqual([]);
  await user.click(within(question).getByRole("button", { name: "Withdraw request" }));
  await waitFor(() => expect(sent).toEqual([["refund_withdraw", { id: "p1", rev: 4, refund: "r1" }]]));
});

it("offers the second person to decide, and not to withdraw", async () => {
  backend();
  await show({ mayDecide: true, mayWithdraw: false });
  expect(screen.getByRole("button", { name: "Approve refund" })).toBeInTheDocument();
  expect(screen.getByRole("button", { name: "Deny refund" })).toBeInTheDocument();
  expect(screen.queryByRole("button", { name: "Withdraw request" })).not.toBeInTheDocument();
});

it("tells what was withdrawn from what was denied", async () => {
  backend();
  const settled = { status: "failed", mayWithdraw: false } as const;
  await show({ ...settled, withdrawnAt: "2026-03-02T09:00:00Z" });
  expect(screen.getByText("Withdrawn")).toBeInTheDocument();
  expect(screen.queryByText("Denied")).not.toBeInTheDocument();
  expect(screen.queryByRole("button")).not.toBeInTheDocument();
  cleanup();
  await show({ ...settled, decidedBy: { id: "2", name: "Fay" } });
  expect(screen.getByText("Denied")).toBeInTheDocument();
  expect(screen.queryByText("Withdrawn")).not.toBeInTheDocument();
});
