/** What a person is enrolled in and has paid, in the tabs of their panel. */
import { Button } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { enrollmentsPage } from "@/backend/queries/enrollments";
import { paymentsPage } from "@/backend/queries/payments";
import { EmptyState, ErrorState, LinesSkeleton, Money, StatusDot, TextLink, When } from "@/design";
import classes from "./people.module.css";

/** So many of a person's enrollments and payments are shown at once, and so many when all are asked for. */
const FIRST = 50;
const MOST = 500;

/** What more there is than is shown, and the way to it. */
function More({ shown, total, onAll }: { shown: number; total: number; onAll: () => void }) {
  const { t, i18n } = useTranslation("people");
  if (total <= shown) return null;
  return (
    <Button size="xs" variant="default" className={classes.more} onClick={onAll}>
      {t("tab.showAll", { total: total.toLocaleString(i18n.language) })}
    </Button>
  );
}

const NEWEST = { sort: "enrolled", descending: true } as const;

export function EnrollmentsTab({ user }: { user: string }) {
  const { t } = useTranslation("people");
  const filter = {
    ...NEWEST,
    text: "",
    statuses: [],
    paymentStatuses: [],
    user,
    course: null,
    from: null,
    to: null,
  };
  const [shown, setShown] = useState(FIRST);
  const rows = useQuery({
    queryKey: ["enrollments", "list", filter, "panel", shown],
    queryFn: () => enrollmentsPage(filter)(0, shown),
    placeholderData: keepPreviousData,
  });
  if (rows.isPending) return <LinesSkeleton lines={4} />;
  if (rows.isError) {
    return <ErrorState title={t("tab.failed")} error={rows.error} onRetry={() => void rows.refetch()} />;
  }
  if (rows.data.rows.length === 0) return <EmptyState title={t("tab.noEnrollments")} />;
  return (
    <>
      <ul className={classes.plainList}>
        {rows.data.rows.map((row) => (
          <li key={row.id} className={classes.row}>
            <TextLink to="/enrollments/$enrollmentId" params={{ enrollmentId: row.id }}>
              {row.course.title}
            </TextLink>
            <span className={classes.end}>
              <StatusDot kind="enrollment" status={row.status} />
            </span>
            <span className={classes.dim}>
              <When at={row.enrolledAt} format="date" />
            </span>
            <span className={`${classes.dim} ${classes.end}`}>
              {row.progress === null ? "" : t("tab.progress", { percent: Math.floor(row.progress) })}
            </span>
          </li>
        ))}
      </ul>
      <More shown={rows.data.rows.length} total={rows.data.total} onAll={() => setShown(MOST)} />
    </>
  );
}

export function PaymentsTab({ user }: { user: string }) {
  const { t } = useTranslation("people");
  const filter = {
    text: "",
    statuses: [],
    methods: [],
    currency: null,
    user,
    course: null,
    enrollment: null,
    from: null,
    to: null,
    refundRequested: false,
    sort: "created",
    descending: true,
  } as const;
  const [shown, setShown] = useState(FIRST);
  const rows = useQuery({
    queryKey: ["payments", "list", filter, "panel", shown],
    queryFn: () => paymentsPage({ ...filter, statuses: [], methods: [] })(0, shown),
    placeholderData: keepPreviousData,
  });
  if (rows.isPending) return <LinesSkeleton lines={4} />;
  if (rows.isError) {
    return <ErrorState title={t("tab.failed")} error={rows.error} onRetry={() => void rows.refetch()} />;
  }
  if (rows.data.rows.length === 0) return <EmptyState title={t("tab.noPayments")} />;
  return (
    <>
      <ul className={classes.plainList}>
        {rows.data.rows.map((row) => (
          <li key={row.id} className={classes.row}>
            <TextLink to="/payments/$paymentId" params={{ paymentId: row.id }}>
              {row.receiptNumber ?? row.course.title}
            </TextLink>
            <Money minor={row.amount.minor} currency={row.amount.currency} />
            <span className={classes.dim}>
              <When at={row.createdAt} format="date" />
            </span>
            <span className={classes.end}>
              <StatusDot kind="payment" status={row.status} />
            </span>
          </li>
        ))}
      </ul>
      <More shown={rows.data.rows.length} total={rows.data.total} onAll={() => setShown(MOST)} />
    </>
  );
}
