/**
 * Payments as a list with its filters: finance sees all of them, a student their own. What stands above the
 * list, and what an empty one says, are the page's.
 */
import { useNavigate } from "@tanstack/react-router";
import { type ReactNode, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { paymentsPage } from "@/backend/queries/payments";
import type { PaymentFilter } from "@/bindings/PaymentFilter";
import {
  DataList,
  EmptyList,
  FilterBar,
  type FilterSpec,
  ListPage,
  useListPlace,
  useListSearch,
  usePersonName,
  useStatusWord,
} from "@/design";
import { useStudentSpec } from "@/features/people/studentSpec";
import { usePaymentColumns } from "./columns";
import { NEWEST, paymentFilter, paymentsKey, paymentsOf, STATUSES } from "./filter";

const METHODS = ["cash", "stripe", "sslcommerz"] as const;
const CURRENCIES = ["USD", "EUR", "GBP", "BDT"] as const;

interface PaymentListProps {
  /** The list's address; a student's own has no students in it. */
  to: "/payments" | "/my-payments";
  /** Accessible name of the list, and of what is searched in it. */
  label: string;
  searchLabel: string;
  /** Above the list, which it may narrow or save. */
  header: (list: ReturnType<typeof useListSearch>, filter: PaymentFilter) => ReactNode;
  /** The next step, where there is no payment at all. */
  empty: ReactNode;
  /** Where no payment is in the part of the list that is shown, and that part has words of its own. */
  emptyPart?: (list: ReturnType<typeof useListSearch>) => ReactNode;
}

export function PaymentList({ to, label, searchLabel, header, empty, emptyPart }: PaymentListProps) {
  const { t } = useTranslation("payments");
  const called = usePersonName();
  const word = useStatusWord();
  const navigate = useNavigate();
  const own = to === "/my-payments";
  const list = useListSearch(NEWEST);
  const { place, found } = useListPlace(to);
  const filter = useMemo(() => paymentFilter(list), [list]);
  const columns = usePaymentColumns({ own });
  const id = own ? "my-payments" : "payments";
  const student = useStudentSpec({
    area: "payments",
    filters: list.filters,
    label: t("list.student"),
    first: async (user) => (await paymentsPage(paymentsOf(user))(0, 1)).rows[0],
  });
  const others: FilterSpec[] = [
    {
      id: "method",
      label: t("list.method"),
      options: METHODS.map((m) => ({ value: m, label: t(`method.${m}`) })),
    },
    {
      id: "currency",
      label: t("list.currency"),
      single: true,
      options: CURRENCIES.map((c) => ({ value: c, label: c })),
    },
    ...student,
  ];
  return (
    <ListPage
      header={header(list, filter)}
      toolbar={
        <FilterBar
          id={id}
          searchLabel={searchLabel}
          q={list.q}
          filters={list.filters}
          sort={list.sort}
          onChange={list.setFilters}
          specs={[
            {
              id: "status",
              label: t("list.status"),
              options: STATUSES.map((s) => ({ value: s, label: word("payment", s) })),
            },
            ...(own ? [] : others),
            { kind: "dates", id: "made", label: t("list.created") },
          ]}
        />
      }
    >
      <DataList
        id={id}
        label={label}
        columns={columns}
        rowKey={(p) => p.id}
        rowName={(p) =>
          own
            ? p.course.title
            : t("list.rowName", { student: called(p.student.name), course: p.course.title })
        }
        queryKey={paymentsKey(filter)}
        fetchPage={paymentsPage(filter)}
        sort={list.sort}
        onSort={list.setSort}
        place={place}
        onOpen={(p, at) =>
          void navigate({ to: "/payments/$paymentId", params: { paymentId: p.id }, state: found(at) })
        }
        empty={
          <EmptyList list={list} narrowedTo={emptyPart?.(list)}>
            {empty}
          </EmptyList>
        }
      />
    </ListPage>
  );
}
