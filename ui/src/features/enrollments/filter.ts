/** What an address asks of the list of enrollments, for the list and for whoever walks it one by one. */
import type { EmbeddedPaymentStatus } from "@/bindings/EmbeddedPaymentStatus";
import type { EnrollmentFilter } from "@/bindings/EnrollmentFilter";
import type { EnrollmentSort } from "@/bindings/EnrollmentSort";
import type { EnrollmentStatus } from "@/bindings/EnrollmentStatus";
import type { ListQuery, Sort } from "@/design";

/** The order when the address names none. */
export const NEWEST: Sort = { by: "enrolled", dir: "desc" };

export function enrollmentFilter({ q, filters, sort }: ListQuery): EnrollmentFilter {
  const [from, to] = (filters.enrolled?.[0] ?? "").split("..");
  return {
    text: q,
    statuses: (filters.status ?? []) as EnrollmentStatus[],
    paymentStatuses: (filters.payment ?? []) as EmbeddedPaymentStatus[],
    user: filters.user?.[0] ?? null,
    course: filters.course?.[0] ?? null,
    from: from || null,
    to: to || null,
    sort: sort.by as EnrollmentSort,
    descending: sort.dir === "desc",
  };
}

export const enrollmentsKey = (filter: EnrollmentFilter) => ["enrollments", "list", filter] as const;

/** The filter for all of one student's. */
export const enrollmentsOf = (user: string): EnrollmentFilter =>
  enrollmentFilter({ q: "", filters: { user: [user] }, sort: NEWEST });
