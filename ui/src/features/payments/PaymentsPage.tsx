/** The review queue and every payment behind it: what waits, what failed, what wants a second person. */
import { Menu } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useSaveList } from "@/backend/queries/operations";
import { paymentsPage, paymentsQueueQuery } from "@/backend/queries/payments";
import type { Currency } from "@/bindings/Currency";
import type { Method } from "@/bindings/Method";
import type { PaymentFilter } from "@/bindings/PaymentFilter";
import type { PaymentSort } from "@/bindings/PaymentSort";
import type { PaymentStatus } from "@/bindings/PaymentStatus";
import {
  DataList,
  EmptyState,
  FilterBar,
  ListPage,
  PageHeader,
  useListSearch,
  useMoney,
  useStatusWord,
  VerbMenu,
} from "@/design";
import { usePaymentColumns } from "./columns";
import classes from "./payments.module.css";

const STATUSES = [
  "pending",
  "processing",
  "completed",
  "partially_refunded",
  "refunded",
  "failed",
  "cancelled",
] as const;
const METHODS = ["cash", "stripe", "sslcommerz"] as const;
const CURRENCIES = ["USD", "EUR", "GBP", "BDT"] as const;

export function PaymentsPage() {
  const { t } = useTranslation("payments");
  const word = useStatusWord();
  const navigate = useNavigate();
  const save = useSaveList();
  const list = useListSearch({ by: "created", dir: "desc" });
  const filter = useMemo<PaymentFilter>(() => {
    const [from, to] = (list.filters.made?.[0] ?? "").split("..");
    return {
      text: list.q,
      statuses: (list.filters.status ?? []) as PaymentStatus[],
      methods: (list.filters.method ?? []) as Method[],
      currency: (list.filters.currency?.[0] ?? null) as Currency | null,
      user: null,
      course: null,
      enrollment: null,
      from: from || null,
      to: to || null,
      refundRequested: list.filters.refund?.[0] === "asked",
      sort: list.sort.by as PaymentSort,
      descending: list.sort.dir === "desc",
    };
  }, [list.q, list.filters, list.sort]);
  const columns = usePaymentColumns();
  return (
    <ListPage
      header={
        <>
          <PageHeader
            title={t("title")}
            actions={
              <VerbMenu label={t("list.save")}>
                {(["csv", "xlsx"] as const).map((format) => (
                  <Menu.Item
                    key={format}
                    leftSection={<IconDownload size={15} stroke={1.6} />}
                    onClick={() => save({ what: { list: "payments", filter }, format })}
                  >
                    {t(`list.save_${format}`)}
                  </Menu.Item>
                ))}
              </VerbMenu>
            }
          />
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
        queryKey={["payments", "list", filter]}
        fetchPage={paymentsPage(filter)}
        sort={list.sort}
        onSort={list.setSort}
        onOpen={(p) => void navigate({ to: "/payments/$paymentId", params: { paymentId: p.id } })}
        empty={<EmptyState title={t("list.emptyTitle")} body={t("list.emptyBody")} />}
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
