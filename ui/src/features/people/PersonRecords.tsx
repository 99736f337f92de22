/** What a person is enrolled in and has paid, in the tabs of their panel. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { enrollmentsPage } from "@/backend/queries/enrollments";
import { paymentsPage } from "@/backend/queries/payments";
import {
  EmptyState,
  ErrorState,
  LinesSkeleton,
  LinkButton,
  Money,
  StatusDot,
  TextLink,
  When,
} from "@/design";
import { enrollmentsKey, enrollmentsOf } from "../enrollments/filter";
import { paymentsKey, paymentsOf } from "../payments/filter";
import classes from "./people.module.css";

/** So many of a person's enrollments and payments are shown here; the lists have all of them. */
const SHOWN = 50;

/** The way to all there is, where that is more than is shown. */
function More({ to, user, total }: { to: "/enrollments" | "/payments"; user: string; total: number }) {
  const { t, i18n } = useTranslation("people");
  if (total <= SHOWN) return null;
  return (
    <LinkButton
      to={to}
      search={{ user: [user] } as never}
      size="xs"
      variant="default"
      className={classes.more as string}
    >
      {t("tab.showAll", { total: total.toLocaleString(i18n.language) })}
    </LinkButton>
  );
}

export function EnrollmentsTab({ user }: { user: string }) {
  const { t } = useTranslation("people");
  const filter = enrollmentsOf(user);
  const rows = useQuery({
    queryKey: [...enrollmentsKey(filter), "panel"],
    queryFn: () => enrollmentsPage(filter)(0, SHOWN),
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
      <More to="/enrollments" user={user} total={rows.data.total} />
    </>
  );
}

export function PaymentsTab({ user }: { user: string }) {
  const { t } = useTranslation("people");
  const filter = paymentsOf(user);
  const rows = useQuery({
    queryKey: [...paymentsKey(filter), "panel"],
    queryFn: () => paymentsPage(filter)(0, SHOWN),
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
            <span className={classes.end}>
              <Money minor={row.amount.minor} currency={row.amount.currency} />
            </span>
            <span className={classes.dim}>
              <When at={row.createdAt} format="date" />
            </span>
            <span className={classes.end}>
              <StatusDot kind="payment" status={row.status} />
            </span>
          </li>
        ))}
      </ul>
      <More to="/payments" user={user} total={rows.data.total} />
    </>
  );
}
