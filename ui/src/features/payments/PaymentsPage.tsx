/** The review queue and every payment behind it: what waits, what failed, what wants a second person. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { paymentsQueueQuery } from "@/backend/queries/payments";
import { useSession } from "@/backend/queries/session";
import type { PaymentStatus } from "@/bindings/PaymentStatus";
import { EmptyState, LinkButton, PageHeader, type useListSearch, useMoney } from "@/design";
import { SaveList } from "@/features/lists/SaveList";
import { PaymentList } from "./PaymentList";
import classes from "./payments.module.css";

export function PaymentsPage() {
  const { t } = useTranslation("payments");
  const role = useSession()?.role;
  return (
    <PaymentList
      to="/payments"
      label={t("title")}
      searchLabel={t("list.search")}
      header={(list, filter) => (
        <>
          <PageHeader title={t("title")} actions={<SaveList what={{ list: "payments", filter }} />} />
          <Queue list={list} />
        </>
      )}
      emptyPart={emptyPart}
      empty={
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
      }
    />
  );
}

type List = ReturnType<typeof useListSearch>;

/** The parts of the review queue, as filters of the list. */
const PARTS = {
  all: {},
  waiting: { status: ["pending", "processing"] },
  refunds: { refund: ["asked"] },
  failed: { status: ["failed"] },
} as const;
type Part = keyof typeof PARTS;
const shows = (list: List, part: Part) => JSON.stringify(list.filters) === JSON.stringify(PARTS[part]);

function EmptyPart({ part }: { part: Exclude<Part, "all"> }) {
  const { t } = useTranslation("payments");
  return <EmptyState title={t(`queue.none.${part}`)} body={t(`queue.noneBody.${part}`)} />;
}

function emptyPart(list: List) {
  const part = (["waiting", "refunds", "failed"] as const).find((one) => shows(list, one));
  return part && list.q === "" ? <EmptyPart part={part} /> : undefined;
}

/** What waits for a person, as shortcuts into the list. */
function Queue({ list }: { list: List }) {
  const { t, i18n } = useTranslation("payments");
  const money = useMoney();
  const queue = useQuery(paymentsQueueQuery);
  const count = (status: PaymentStatus) =>
    queue.data?.byStatus.find((one) => one.status === status)?.count ?? 0;
  const waiting = count("pending") + count("processing");
  const entries = [
    { key: "all", count: null, detail: null, saffron: false },
    {
      key: "waiting",
      count: waiting,
      detail: queue.data?.outstanding.map((sum) => money(sum.minor, sum.currency)).join(" · ") || null,
      saffron: waiting > 0,
    },
    {
      key: "refunds",
      count: queue.data?.refundRequests ?? 0,
      detail: null,
      saffron: (queue.data?.refundRequests ?? 0) > 0,
    },
    {
      key: "failed",
      count: count("failed"),
      detail: null,
      saffron: false,
    },
  ] as const;
  return (
    <nav className={classes.queue} aria-label={t("queue.label")}>
      {entries.map((entry) => (
        <button
          key={entry.key}
          type="button"
          aria-current={shows(list, entry.key) ? "true" : undefined}
          onClick={() =>
            list.setFilters({
              q: list.q,
              filters: Object.fromEntries(
                Object.entries(PARTS[entry.key]).map(([key, values]) => [key, [...values]]),
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
