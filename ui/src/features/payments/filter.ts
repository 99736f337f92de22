/** What an address asks of the list of payments, for the list and for whoever walks it payment by payment. */
import type { Currency } from "@/bindings/Currency";
import type { Method } from "@/bindings/Method";
import type { PaymentFilter } from "@/bindings/PaymentFilter";
import type { PaymentSort } from "@/bindings/PaymentSort";
import type { PaymentStatus } from "@/bindings/PaymentStatus";
import type { ListQuery, Sort } from "@/design";

export const STATUSES = [
  "pending",
  "processing",
  "completed",
  "partially_refunded",
  "refunded",
  "failed",
  "cancelled",
] as const;

/** The order when the address names none. */
export const NEWEST: Sort = { by: "created", dir: "desc" };

export function paymentFilter({ q, filters, sort }: ListQuery): PaymentFilter {
  const [from, to] = (filters.made?.[0] ?? "").split("..");
  return {
    text: q,
    statuses: (filters.status ?? []) as PaymentStatus[],
    methods: (filters.method ?? []) as Method[],
    currency: (filters.currency?.[0] ?? null) as Currency | null,
    user: filters.user?.[0] ?? null,
    course: null,
    enrollment: null,
    from: from || null,
    to: to || null,
    refundRequested: filters.refund?.[0] === "asked",
    sort: sort.by as PaymentSort,
    descending: sort.dir === "desc",
  };
}

export const paymentsKey = (filter: PaymentFilter) => ["payments", "list", filter] as const;

/** The filter for all of one student's. */
export const paymentsOf = (user: string): PaymentFilter =>
  paymentFilter({ q: "", filters: { user: [user] }, sort: NEWEST });
