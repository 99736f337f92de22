/** The review queue and every payment behind it: what waits, what failed, what wants a second person. */
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { paymentsPage, paymentsQueueQuery } from "@/backend/queries/payments";
import { useSession } from "@/backend/queries/session";
import type { PaymentStatus } from "@/bindings/PaymentStatus";
import {
  DataList,
  EmptyList,
  EmptyState,
  FilterBar,
  LinkButton,
  ListPage,
  PageHeader,
  useListPlace,
  useListSearch,
  useMoney,
  useStatusWord,
} from "@/design";
import { SaveList } from "@/features/lists/SaveList";
import { usePaymentColumns } from "./columns";
import { NEWEST, paymentFilter, paymentsKey, STATUSES } from "./filter";
import classes from "./payments.module.css";

const METHODS = ["cash", "stripe", "sslcommerz"] as const;
const CURRENCIES = ["USD", "EUR", "GBP", "BDT"] as const;

export function PaymentsPage() {
  const { t } = useTranslation("payments");
  const word = useStatusWord();
  const navigate = useNavigate();
  const role = useSession()?.role;
  const list = useListSearch(NEWEST);
  const { place, found } = useListPlace("/payments");
  const filter = useMemo(() => paymentFilter(list), [list]);
  const columns = usePaymentColumns();
  return (
    <ListPage
      header={
        <>
          <PageHeader title={t("title")} actions={<SaveList what={{ list: "payments", filter }} />} />
          <Queue list={list} />
        </>
      }
      toolbar={
        <FilterBar
          id="payments"
          searchLabel={t("list.search")}
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
            { kind: "dates", id: "made", label: t("list.created") },
          ]}
        />
      }
    >
      <DataList
        id="payments"
        label={t("title")}
        columns={columns}
        rowKey={(p) => p.id}
        rowName={(p) => t("list.rowName", { student: p.student.name, course: p.course.title })}
        queryKey={paymentsKey(filter)}
        fetchPage={paymentsPage(filter)}
        sort={list.sort}
        onSort={list.setSort}
        place={place}
        onOpen={(p, at) =>
          void navigate({ to: "/payments/$paymentId", params: { paymentId: p.id }, state: found(at) })
        }
        empty={
          <EmptyList list={list}>
            <EmptyState
              title={t("list.emptyTitle")}
              body={t("list.emptyBody")}
              action={
                role === "admin" ? (
                  <LinkButton to="/enrollments/new">{t("list.enroll")}</LinkButton>
                ) : (
                  <LinkButton to="/enrollments" variant="default">
                    {t("list.enrollments")}
                  </LinkButton>
                )
              }
            />
          </EmptyList>
        }
      />
    </ListPage>
  );
}

/** What waits for a person, as shortcuts into the list. */
function Queue({ list }: { list: ReturnType<typeof useListSearch> }) {
  const { t, i18n } = useTranslation("payments");
  const money = useMoney();
  const queue = useQuery(paymentsQueueQuery);
  const count = (status: PaymentStatus) =>
    queue.data?.byStatus.find((one) => one.status === status)?.count ?? 0;
  const waiting = count("pending") + count("processing");
  const entries = [
    { key: "all", filters: {}, count: null, detail: null, saffron: false },
    {
      key: "waiting",
      filters: { status: ["pending", "processing"] },
      count: waiting,
      detail: queue.data?.outstanding.map((sum) => money(sum.minor, sum.currency)).join(" · ") || null,
      saffron: waiting > 0,
    },
    {
      key: "refunds",
      filters: { refund: ["asked"] },
      count: queue.data?.refundRequests ?? 0,
      detail: null,
      saffron: (queue.data?.refundRequests ?? 0) > 0,
    },
    {
      key: "failed",
      filters: { status: ["failed"] },
      count: count("failed"),
      detail: null,
      saffron: false,
    },
  ] as const;
  const now = JSON.stringify(list.filters);
  return (
    <nav className={classes.queue} aria-label={t("queue.label")}>
      {entries.map((entry) => (
        <button
          key={entry.key}
          type="button"
          aria-current={now === JSON.stringify(entry.filters) ? "true" : undefined}
          onClick={() =>
            list.setFilters({
              q: list.q,
              filters: Object.fromEntries(
                Object.entries(entry.filters).map(([key, values]) => [key, [...values]]),
              ),
            })
          }
        >
          {entry.saffron && <span className={classes.waits} aria-hidden="true" />}
          {t(`queue.${entry.key}`)}
          {entry.count !== null && (
            <span className={classes.count}>{entry.count.toLocaleString(i18n.language)}</span>
          )}
          {entry.detail && <span className={classes.detail}>{entry.detail}</span>}
        </button>
      ))}
    </nav>
  );
}
