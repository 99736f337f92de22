/** One report: its period, its chart, its table, its totals, and a file of it. */
import { Button, Menu, Select } from "@mantine/core";
import { DatePickerInput } from "@mantine/dates";
import { IconChevronDown } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { reportQuery, useSaveReport } from "@/backend/queries/reports";
import { useSession } from "@/backend/queries/session";
import type { ReportDto } from "@/bindings/ReportDto";
import {
  EmptyState,
  ErrorState,
  Page,
  PageHeader,
  PageSkeleton,
  ProvenanceLine,
  TextLink,
  toast,
} from "@/design";
import { REPORTS, type ReportKind } from "./library";
import { periodOf, periods } from "./periods";
import { ReportChart } from "./ReportChart";
import { ReportTable } from "./ReportTable";
import classes from "./reports.module.css";
import { currencies } from "./table";

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
  const { t: td } = useTranslation("design");
  const search = useSearch({ from: "/frame/reports/$name" });
  const navigate = useNavigate();
  const save = useSaveReport();
  const args = { name: kind.name, from: search.from ?? null, to: search.to ?? null, course: null };
  const report = useQuery(reportQuery(args));
  const set = (next: typeof search) =>
    void navigate({ to: "/reports/$name", params: { name: kind.name }, search: next, replace: true });
  const today = new Date();
  const period = periodOf(search, today);
  return (
    <Page>
      <nav className={classes.back} aria-label={t("back")}>
        <TextLink to="/reports">{t("title")}</TextLink>
      </nav>
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
                disabled={!report.data}
              >
                {t("save")}
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              {(["csv", "xlsx"] as const).map((format) => (
                <Menu.Item
                  key={format}
                  onClick={() =>
                    save.mutate(
                      { report: args, format },
                      {
                        onError: toast.problem,
                        onSuccess: (file) => toast.done(td("saved.file", { path: file.path })),
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
            value={period}
            allowDeselect={false}
            onChange={(key) => {
              const found = periods(today).find((p) => p.key === key);
              if (found) set({ ...search, from: found.from, to: found.to } as typeof search);
            }}
          />
          <DatePickerInput
            type="range"
            aria-label={t("period.days")}
            placeholder={t("period.days")}
            valueFormat="D MMM YYYY"
            allowSingleDateInRange
            clearable
            value={[search.from ?? null, search.to ?? null]}
            onChange={([from, to]) => {
              if (from && to) set({ ...search, from, to });
              if (!from && !to) {
                const { from: _, to: __, ...rest } = search;
                set(rest);
              }
            }}
          />
          {report.data && currencies(report.data).length > 1 && kind.chart && (
            <Select
              aria-label={t("currency")}
              data={currencies(report.data)}
              value={search.currency ?? currencies(report.data)[0] ?? null}
              allowDeselect={false}
              onChange={(currency) => currency && set({ ...search, currency })}
            />
          )}
        </div>
      )}
      {report.isPending && <PageSkeleton />}
      {report.isError && (
        <ErrorState title={t("failed")} error={report.error} onRetry={() => void report.refetch()} />
      )}
      {report.data && <Shown report={report.data} kind={kind} currency={search.currency} />}
    </Page>
  );
}

function Shown({
  report,
  kind,
  currency,
}: {
  report: ReportDto;
  kind: ReportKind;
  currency: string | undefined;
}) {
  const { t } = useTranslation("reports");
  if (report.rows.length === 0) return <EmptyState title={t("empty")} body={t("emptyBody")} />;
  return (
    <>
      {kind.chart && <ReportChart report={report} kind={kind} currency={currency} />}
      <ReportTable report={report} />
      <ProvenanceLine
        source={report.provenance.source === "server" ? "server" : "replica"}
        at={report.provenance.asOf}
      />
    </>
  );
}
