import { mockIPC } from "@tauri-apps/api/mocks";
import { cleanup, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { PaymentDetail } from "@/bindings/PaymentDetail";
import { renderAs } from "@/features/server/inRouter";
import { switchLanguage } from "@/i18n";
import { RecordCash } from "./Recording";
import { AskRefund } from "./Refunding";

// typed key by key, on machines that do more than this
vi.setConfig({ testTimeout: 30_000 });

afterEach(async () => {
  cleanup();
  Reflect.deleteProperty(window, "__TAURI_INTERNALS__");
  await switchLanguage("en");
});

const payment = {
  id: "65f0a1b2c3d4e5f6a7b8c9d1",
  rev: 4,
  amount: { minor: 1250, currency: "EUR" },
  refundable: { minor: 125000, currency: "EUR" },
  refundThresholdMinor: 10000,
  method: "cash",
  student: { id: "1", name: "Ada Lovelace" },
  refunds: [],
} as unknown as PaymentDetail;

function backend() {
  const sent: Record<string, unknown>[] = [];
  mockIPC((command, payload) => {
    if (command.startsWith("plugin:")) return null;
    sent.push({ command, ...(payload as { args: object }).args });
    return { ...payment, receiptNumber: "R-1" };
  });
  return sent;
}

describe("cash", () => {
  it("says on its button what will be booked", async () => {
    const sent = backend();
    const user = userEvent.setup();
    await renderAs("finance", <RecordCash payment={payment} onDone={() => {}} />);
    expect(screen.getByRole("button", { name: "Record cash" })).toBeInTheDocument();
    await user.type(screen.getByLabelText("Amount counted"), "12.50");
    await user.click(screen.getByRole("button", { name: "Record €12.50" }));
    await waitFor(() => expect(sent).toMatchObject([{ amountMinor: 1250, receivedOn: null }]));
  });

  it("books nothing for an amount written as in another language, and keeps it", async () => {
    const sent = backend();
    await switchLanguage("de");
    const user = userEvent.setup();
    await renderAs("finance", <RecordCash payment={payment} onDone={() => {}} />);
    const amount = screen.getByLabelText("Gezählter Betrag");
    await user.type(amount, "12.50");
    await user.click(screen.getByRole("button", { name: "Barzahlung erfassen" }));
    expect(await screen.findByText(/„12.50“ ist kein Betrag.*1\.250,50/)).toBeInTheDocument();
    expect(amount).toHaveValue("12.50");
    expect(sent).toEqual([]);
  });

  it("takes a day as it is written here", async () => {
    const sent = backend();
    const user = userEvent.setup();
    await renderAs("finance", <RecordCash payment={payment} onDone={() => {}} />);
    await user.type(screen.getByLabelText("Amount counted"), "12.50");
    await user.type(screen.getByLabelText("Received on"), "03/04/2025");
    await user.tab();
    expect(screen.getByLabelText("Received on")).toHaveValue("3 April 2025");
    await user.click(screen.getByRole("button", { name: "Record €12.50" }));
    await waitFor(() => expect(sent).toMatchObject([{ receivedOn: "2025-04-03" }]));
  });

  it.each([
    ["12/31/2025", /is not a date.*31\/12\/2026/],
    ["1 January 2999", /has not come yet/],
  ])("books nothing for %s, and does not take it for today", async (typed, said) => {
    const sent = backend();
    const user = userEvent.setup();
    await renderAs("finance", <RecordCash payment={payment} onDone={() => {}} />);
    await user.type(screen.getByLabelText("Amount counted"), "12.50");
    const day = screen.getByLabelText("Received on");
    await user.type(day, typed);
    await user.tab();
    expect(day).toHaveValue(typed);
    await user.click(screen.getByRole("button", { name: "Record €12.50" }));
    expect(await screen.findByText(said)).toBeInTheDocument();
    expect(sent).toEqual([]);
  });
});

describe("a refund", () => {
  it("says on its button what goes back, and that it is only asked for above the threshold", async () => {
    backend();
    const user = userEvent.setup();
    await renderAs("finance", <AskRefund payment={payment} onDone={() => {}} />);
    const amount = screen.getByLabelText("Amount to refund");
    await user.type(amount, "12.50");
    expect(screen.getByRole("button", { name: "Refund €12.50" })).toBeInTheDocument();
    await user.clear(amount);
    await user.type(amount, "1,250");
    expect(screen.getByRole("button", { name: "Ask for refund of €1,250.00" })).toBeInTheDocument();
  });

  it("sends nothing for an unreadable amount", async () => {
    const sent = backend();
    const user = userEvent.setup();
    await renderAs("finance", <AskRefund payment={payment} onDone={() => {}} />);
    await user.type(screen.getByLabelText("Amount to refund"), "12,50");
    await user.type(screen.getByLabelText("Reason"), "Ill");
    await user.click(screen.getByRole("button", { name: "Refund" }));
    expect(await screen.findByText(/“12,50” is not an amount/)).toBeInTheDocument();
    expect(screen.getByLabelText("Amount to refund")).toHaveValue("12,50");
    expect(sent).toEqual([]);
  });
});
