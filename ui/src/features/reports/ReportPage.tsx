/** One report: its period, its chart, its table, its totals, and a file of it. */
import { Button, Menu, Select } from "@mantine/core";
import { DatePickerInput } from "@mantine/dates";
import { IconChevronDown } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { reportQuery, useSaveReport } from "@/backend/queries/reports";
import { useSession, useWorkspaceStatus } from "@/backend/queries/session";
import type { ReportDto } from "@/bindings/ReportDto";
import {
  BackLink,
  EmptyState,
  ErrorState,
  Page,
  PageHeader,
  PageSkeleton,
  ProvenanceLine,
  TextLink,
  toast,
} from "@/design";
import { CourseChoice } from "./CourseChoice";
import { REPORTS, type ReportKind } from "./library";
import { periodOf, periods } from "./periods";
import { ReportChart } from "./ReportChart";
import { ReportTable } from "./ReportTable";
import classes from "./reports.module.css";
import { currencies, inCurrency } from "./table";

const EVERY = "every";

export function ReportPage() {
  const { t } = useTranslation("reports");
  const { name } = useParams({ from: "/frame/reports/$name" });
  const role = useSession()?.role;
  const kind = REPORTS.find((report) => report.name === name);
  if (!kind || !role || !kind.roles.includes(role)) return <EmptyState title={t("unknown")} />;
  return <One key={kind.name} kind={kind} />;
}

function One({ kind }: { kind: ReportKind }) {
  const { t } = useTranslation("reports");
  const search = useSearch({ from: "/frame/reports/$name" });
  const navigate = useNavigate();
  const save = useSaveReport();
  const own = useWorkspaceStatus()?.currency;
  const args = {
    name: kind.name,
    from: search.from ?? null,
    to: search.to ?? null,
    course: (kind.course && search.course) || null,
  };
  const report = useQuery(reportQuery(args));
  const set = (next: typeof search) =>
    void navigate({ to: "/reports/$name", params: { name: kind.name }, search: next, replace: true });
  const { currency, ...elsewise } = search;
  const known = report.data ? currencies(report.data, own) : [];
  // one of the address stays a choice where the period has nothing in it
  const choices = [...new Set(currency && known.length > 0 ? [...known, currency] : known)];
  const narrowed = currency !== undefined && choices.length > 1;
  const today = new Date();
  const period = periodOf(search, today);
  const [otherDays, setOtherDays] = useState(false);
  return (
    <Page>
      <BackLink>
        <TextLink to="/reports">{t("title")}</TextLink>
      </BackLink>
      <PageHeader
        title={t(`name.${kind.name}`)}
        subtitle={t(`about.${kind.name}`)}
        actions={
          <Menu position="bottom-end">
            <Menu.Target>
              <Button
                variant="default"
                rightSection={<IconChevronDown size={14} />}
                loading={save.isPending}
                disabled={!report.data || report.isPlaceholderData}
              >
                {t("save")}
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              {narrowed && <Menu.Label>{t("everyCurrency")}</Menu.Label>}
              {(["csv", "xlsx", "pdf"] as const).map((format) => (
                <Menu.Item
                  key={format}
                  onClick={() =>
                    save.mutate(
                      { report: args, format },
                      {
                        onError: toast.problem,
                        onSuccess: (file) => toast.saved(file.path),
                      },
                    )
                  }
                >
                  {t(`format.${format}`)}
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
        }
      />
      {kind.period && (
        <div className={classes.controls}>
          <Select
            aria-label={t("period.label")}
            data={[
              ...periods(today).map((p) => ({ value: p.key, label: t(`period.${p.key}`) })),
              { value: "custom", label: t("period.custom") },
            ]}
            value={otherDays ? "custom" : period}
            allowDeselect={false}
            onChange={(key) => {
              setOtherDays(key === "custom");
              const found = periods(today).find((p) => p.key === key);
              if (found) set({ ...search, from: found.from, to: found.to } as typeof search);
            }}
          />
          <DatePickerInput
            type="range"
            className={classes.days}
            popoverProps={{ opened: otherDays, onClose: () => setOtherDays(false) }}
            onClick={() => setOtherDays((open) => !open)}
            aria-label={t("period.days")}
            placeholder={t("period.days")}
            valueFormat="D MMM YYYY"
            allowSingleDateInRange
            clearable
            value={[search.from ?? null, search.to ?? null]}
            onChange={([from, to]) => {
              if (from && to) {
                setOtherDays(false);
                set({ ...search, from, to });
              }
              if (!from && !to) {
                const { from: _, to: __, ...rest } = search;
                set(rest);
              }
            }}
          />
          {kind.course && (
            <CourseChoice
              value={search.course ?? null}
              onChange={(course) => {
                const { course: _, ...rest } = search;
                set(course ? { ...rest, course } : rest);
              }}
            />
          )}
          {choices.length > 1 && (
            <Select
              aria-label={t("currency")}
              data={[
                { value: EVERY, label: t("allCurrencies") },
                ...choices.map((code) => ({ value: code, label: code })),
              ]}
              value={currency ?? EVERY}
              allowDeselect={false}
              onChange={(code) => set(code && code !== EVERY ? { ...elsewise, currency: code } : elsewise)}
            />
          )}
        </div>
      )}
      {report.isPending && <PageSkeleton />}
      {report.isError && (
        <ErrorState title={t("failed")} error={report.error} onRetry={() => void report.refetch()} />
      )}
      {report.data && (
        <div
          className={classes.figures}
          aria-busy={report.isPlaceholderData}
          data-old={report.isPlaceholderData}
        >
          {report.isPlaceholderData && (
            <p className={classes.old} role="status">
              {t("replaced")}
            </p>
          )}
          <Shown report={inCurrency(report.data, currency)} kind={kind} />
        </div>
      )}
    </Page>
  );
}

function Shown({ report, kind }: { report: ReportDto; kind: ReportKind }) {
  const { t } = useTranslation("reports");
  if (report.rows.length === 0) return <EmptyState title={t("empty")} body={t("emptyBody")} />;
  return (
    <>
      {kind.chart && <ReportChart report={report} kind={kind} />}
      <ReportTable report={report} />
      <ProvenanceLine
        source={report.provenance.source === "server" ? "server" : "replica"}
        at={report.provenance.asOf}
      />
    </>
  );
}
