/** The first page of the day: what waits for a person, how the institution stands, what just happened. */
import { SegmentedControl } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { dashboardQuery } from "@/backend/queries/reports";
import { useFirstFetch } from "@/backend/queries/server";
import { useSession, useWorkspaceStatus } from "@/backend/queries/session";
import type { DashboardDto } from "@/bindings/DashboardDto";
import {
  ErrorState,
  formatLongDate,
  Page,
  PageHeader,
  PageSkeleton,
  ProvenanceLine,
  Section,
  TextLink,
  Timeline,
  useMoney,
  usePersonName,
} from "@/design";
import { BarFigure } from "@/design/charts";
import { told } from "@/features/history/RecordTimeline";
import classes from "./dashboard.module.css";
import { change, currenciesOf, monthLabel } from "./figures";

export function DashboardPage() {
  const { t, i18n } = useTranslation("dashboard");
  useTranslation("history");
  const called = usePersonName();
  const status = useWorkspaceStatus();
  const dashboard = useQuery(dashboardQuery);
  const fetching = useFirstFetch();
  if (dashboard.isPending) return <PageSkeleton />;
  if (dashboard.isError) {
    return (
      <ErrorState title={t("failed")} error={dashboard.error} onRetry={() => void dashboard.refetch()} />
    );
  }
  const d = dashboard.data;
  const founded = d.students === 0 && d.publishedCourses === 0 && !fetching;
  const today = formatLongDate(new Date(), i18n.language);
  return (
    <Page>
      <PageHeader title={t("title")} subtitle={`${status?.institution ?? ""} · ${today}`} />
      {fetching && (
        <p className={classes.quiet} role="status">
          {fetching.percent === null ? t("fetching") : t("fetchingPercent", { percent: fetching.percent })}
        </p>
      )}
      <Figures d={d} />
      <div className={classes.columns}>
        {founded ? (
          <Begin />
        ) : (
          <div>
            {d.revenueByMonth.length > 0 && <Revenue d={d} />}
            {d.enrollmentsByMonth.length > 0 && <Enrollments d={d} />}
          </div>
        )}
        <aside aria-label={t("side")}>
          <Waiting d={d} complete={!fetching} />
          {d.recent.length > 0 && (
            <Section title={t("recent")}>
              <Timeline label={t("recent")} entries={d.recent.map((entry) => told(entry, called))} />
            </Section>
          )}
        </aside>
      </div>
      <ProvenanceLine
        source={d.provenance.source === "server" ? "server" : "replica"}
        at={d.provenance.asOf}
      />
    </Page>
  );
}

function Figures({ d }: { d: DashboardDto }) {
  const { t, i18n } = useTranslation("dashboard");
  const money = useMoney();
  const own = useWorkspaceStatus()?.currency;
  const count = (n: number) => n.toLocaleString(i18n.language);
  const percent = (share: number) =>
    share.toLocaleString(i18n.language, { style: "percent", maximumFractionDigits: 0 });
  const figures: { key: string; label: string; value: ReactNode; note?: ReactNode }[] = [];
  if (d.activeEnrollments !== null) {
    figures.push({
      key: "active",
      label: t("figure.active"),
      value: count(d.activeEnrollments),
      note:
        d.completedEnrollments !== null
          ? t("figure.completed", { count: d.completedEnrollments, shown: count(d.completedEnrollments) })
          : null,
    });
  }
  if (d.newEnrollments) {
    const [now, before] = d.newEnrollments;
    const moved = change(now, before);
    figures.push({
      key: "new",
      label: t("figure.new"),
      value: count(now),
      note:
        moved === null
          ? t("figure.newBefore", { shown: count(before) })
          : t("figure.moved", {
              percent: moved.toLocaleString(i18n.language, {
                style: "percent",
                signDisplay: "exceptZero",
                maximumFractionDigits: 0,
              }),
            }),
    });
  }
  if (d.completionRate !== null) {
    figures.push({
      key: "rate",
      label: t("figure.rate"),
      value: percent(d.completionRate),
      note: t("figure.rateNote"),
    });
  }
  if (d.revenueThisMonth.length > 0 || d.revenueByMonth.length > 0) {
    const ranked = d.revenueThisMonth.toSorted(
      (a, b) => Number(b.currency === own) - Number(a.currency === own),
    );
    const [first, ...others] = ranked;
    figures.push({
      key: "revenue",
      label: t("figure.revenue"),
      value: first ? money(first.minor, first.currency) : "–",
      note: others.map((sum) => money(sum.minor, sum.currency)).join(" · ") || t("figure.net"),
    });
  }
  if (d.students !== null) {
    figures.push({
      key: "students",
      label: t("figure.students"),
      value: count(d.students),
      note:
        d.publishedCourses !== null
          ? t("figure.courses", { count: d.publishedCourses, shown: count(d.publishedCourses) })
          : null,
    });
  }
  return (
    <dl className={classes.figures} data-count={figures.length}>
      {figures.map((figure) => (
        <div key={figure.key}>
          <dt>{figure.label}</dt>
          <dd className={classes.value}>{figure.value}</dd>
          {figure.note && <dd className={classes.note}>{figure.note}</dd>}
        </div>
      ))}
    </dl>
  );
}

/** What an institution without students and courses does first, in place of charts of nothing. */
function Begin() {
  const { t } = useTranslation("dashboard");
  return (
    <Section title={t("begin.title")}>
      <ol className={classes.begin}>
        <li>
          <TextLink to="/courses/new">{t("begin.course")}</TextLink>
          <span className={classes.note}>{t("begin.courseNote")}</span>
        </li>
        <li>
          <TextLink to="/import/$kind" params={{ kind: "people" }}>
            {t("begin.people")}
          </TextLink>
          <span className={classes.note}>{t("begin.peopleNote")}</span>
        </li>
        <li>
          <TextLink to="/enrollments/new">{t("begin.enroll")}</TextLink>
          <span className={classes.note}>{t("begin.enrollNote")}</span>
        </li>
      </ol>
    </Section>
  );
}

function Waiting({ d, complete }: { d: DashboardDto; complete: boolean }) {
  const { t, i18n } = useTranslation("dashboard");
  const money = useMoney();
  const role = useSession()?.role;
  const count = (n: number) => n.toLocaleString(i18n.language);
  const open = d.paymentsWaiting.filter((p) => p.status === "pending" || p.status === "processing");
  const failed = d.paymentsWaiting.filter((p) => p.status === "failed");
  const total = (figures: typeof open) => figures.reduce((sum, figure) => sum + figure.count, 0);
  const sums = (figures: typeof open) => {
    const byCurrency = new Map<string, number>();
    for (const { amount } of figures) {
      byCurrency.set(amount.currency, (byCurrency.get(amount.currency) ?? 0) + amount.minor);
    }
    return [...byCurrency].map(([currency, minor]) => money(minor, currency)).join(" · ");
  };
  const rows: { key: string; link: ReactNode; note?: string; settled?: boolean }[] = [];
  if (total(open) > 0) {
    rows.push({
      key: "payments",
      link: (
        <TextLink to="/payments" search={{ status: ["pending", "processing"] } as never}>
          {t("waiting.payments", { count: total(open), shown: count(total(open)) })}
        </TextLink>
      ),
      note: sums(open),
    });
  }
  if (d.refundRequests) {
    rows.push({
      key: "refunds",
      link: (
        <TextLink to="/payments" search={{ refund: ["asked"] } as never}>
          {t("waiting.refunds", { count: d.refundRequests })}
        </TextLink>
      ),
      note: t("waiting.refundsNote"),
    });
  }
  if (d.underReview) {
    rows.push({
      key: "review",
      link: (
        <TextLink to="/courses" search={{ status: ["under-review"] } as never}>
          {t("waiting.review", { count: d.underReview })}
        </TextLink>
      ),
      note: t(role === "admin" ? "waiting.reviewNote" : "waiting.reviewOwn"),
    });
  }
  if (total(failed) > 0) {
    rows.push({
      key: "failed",
      link: (
        <TextLink to="/payments" search={{ status: ["failed"] } as never}>
          {t("waiting.failed", { count: total(failed), shown: count(total(failed)) })}
        </TextLink>
      ),
      note: sums(failed),
      settled: true,
    });
  }
  return (
    <Section title={t("waiting.title")}>
      {rows.length === 0 ? (
        <p className={classes.quiet}>{t(complete ? "waiting.nothing" : "waiting.fetching")}</p>
      ) : (
        <ul className={classes.waiting}>
          {rows.map((row) => (
            <li key={row.key}>
              <span className={classes.dot} data-settled={row.settled || undefined} aria-hidden="true" />
              <span>
                {row.link}
                {row.note && <span className={classes.note}>{row.note}</span>}
              </span>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

function Revenue({ d }: { d: DashboardDto }) {
  const { t, i18n } = useTranslation("dashboard");
  const money = useMoney();
  const currencies = currenciesOf(d.revenueByMonth, useWorkspaceStatus()?.currency);
  const [chosen, setChosen] = useState<string | null>(null);
  const currency = chosen ?? currencies[0] ?? "USD";
  const rows = d.revenueByMonth
    .filter((month) => month.currency === currency)
    .map((month) => ({ month: monthLabel(month.month, i18n.language), net: month.netMinor }));
  return (
    <section className={classes.chart}>
      {currencies.length > 1 && (
        <SegmentedControl
          className={classes.switch}
          aria-label={t("revenue.currency")}
          data={currencies}
          value={currency}
          onChange={setChosen}
        />
      )}
      <BarFigure
        title={t("revenue.title")}
        subtitle={t("revenue.subtitle", { currency })}
        rows={rows}
        x="month"
        xLabel={t("month")}
        series={[{ key: "net", label: t("revenue.net") }]}
        format={(minor) => money(minor, currency)}
        formatAxis={(minor) =>
          (minor / 100).toLocaleString(i18n.language, { notation: "compact", maximumFractionDigits: 1 })
        }
      />
    </section>
  );
}

function Enrollments({ d }: { d: DashboardDto }) {
  const { t, i18n } = useTranslation("dashboard");
  return (
    <section className={classes.chart}>
      <BarFigure
        title={t("enrollments.title")}
        subtitle={t("enrollments.subtitle")}
        rows={d.enrollmentsByMonth.map((month) => ({
          month: monthLabel(month.month, i18n.language),
          count: month.count,
        }))}
        x="month"
        xLabel={t("month")}
        series={[{ key: "count", label: t("enrollments.count") }]}
        format={(n) => n.toLocaleString(i18n.language)}
      />
    </section>
  );
}
