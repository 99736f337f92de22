/** Payments: the list, the queue, one of them, recording, refunds, receipts. */
import type { PaymentFilter } from "@/bindings/PaymentFilter";
import { call } from "../ipc";

export const paymentsPage = (filter: PaymentFilter) => (offset: number, limit: number) =>
  call("payments_list", { filter, window: { offset, limit } });
