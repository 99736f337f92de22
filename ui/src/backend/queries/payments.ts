/** Payments: the list, the queue, one of them, recording, refunds, receipts. */
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import type { PaymentDetail } from "@/bindings/PaymentDetail";
import type { PaymentFilter } from "@/bindings/PaymentFilter";
import { type Args, call } from "../ipc";

export const paymentsPage = (filter: PaymentFilter) => (offset: number, limit: number) =>
  call("payments_list", { filter, window: { offset, limit } });

export const paymentsQueueQuery = queryOptions({
  queryKey: ["payments", "queue"],
  queryFn: () => call("payments_queue"),
});

export const paymentQuery = (id: string) =>
  queryOptions({ queryKey: ["payments", "one", id], queryFn: () => call("payment", { id }) });

export const receiptQuery = (args: Args<"receipt">) =>
  queryOptions({
    queryKey: ["payments", "receipt", args],
    queryFn: () => call("receipt", args),
  });

/** Changes of one payment: the answer is the payment as it is now. Everything about money is read again. */
function useChange<A>(send: (args: A) => Promise<PaymentDetail>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: send,
    onSuccess: async (payment) => {
      client.setQueryData(paymentQuery(payment.id).queryKey, payment);
      await client.invalidateQueries({
        predicate: ({ queryKey }) =>
          ["timeline", "enrollments", "dashboard", "reports", "courses", "learning"].includes(
            String(queryKey[0]),
          ) ||
          (queryKey[0] === "payments" && queryKey[1] !== "one"),
      });
    },
  });
}

export const useRecordCash = () =>
  useChange((args: Args<"payment_record_cash">) => call("payment_record_cash", args));
export const useRecordProvider = () =>
  useChange((args: Args<"payment_record_provider">) => call("payment_record_provider", args));
export const useFailPayment = () => useChange((args: Args<"payment_fail">) => call("payment_fail", args));
export const useCancelPayment = () =>
  useChange((args: Args<"payment_cancel">) => call("payment_cancel", args));
export const useRetryPayment = () => useChange((args: Args<"payment_retry">) => call("payment_retry", args));
export const useAskRefund = () => useChange((args: Args<"refund_ask">) => call("refund_ask", args));
export const useDecideRefund = () => useChange((args: Args<"refund_decide">) => call("refund_decide", args));
export const useWithdrawRefund = () =>
  useChange((args: Args<"refund_withdraw">) => call("refund_withdraw", args));

export const useSaveReceipt = () =>
  useMutation({ mutationFn: (args: Args<"receipt_save">) => call("receipt_save", args) });
