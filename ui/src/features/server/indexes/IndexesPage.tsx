/** The advisor: every index with its use and what to think of it, our queries' plans, and what was slow. */
import { Button, SegmentedControl } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { indexReportQuery, slowQueriesQuery, useSetProfiler } from "@/backend/queries/server";
import type { IndexRow } from "@/bindings/IndexRow";
import type { PlanRow } from "@/bindings/PlanRow";
import type { SlowQueries } from "@/bindings/SlowQueries";
import {
  ErrorState,
  formatBytes,
  LinesSkeleton,
  Page,
  PageHeader,
  Section,
  TechnicalName,
  type Tone,
  ToneDot,
  toast,
  useConfirm,
  When,
} from "@/design";
import { formatMillis } from "../figures";
import { NeedsServer } from "../NeedsServer";
import tables from "../tables.module.css";
import { collectionKey } from "../words";
import { byCollection, sharedSince } from "./groups";
import classes from "./indexes.module.css";

export function IndexesPage() {
  return (
    <NeedsServer title="indexes">
      <Advisor />
    </NeedsServer>
  );
}

function Advisor() {
  const { t } = useTranslation("server");
  const report = useQuery(indexReportQuery);
  const slow = useQuery(slowQueriesQuery);
  const again = () => {
    void report.refetch();
    void slow.refetch();
  };
  return (
    <Page>
      <PageHeader
        title={t("indexes.title")}
        subtitle={t("indexes.lead")}
        actions={
          <Button
            variant="default"
            leftSection={<IconRefresh size={15} stroke={1.6} />}
            loading={report.isFetching || slow.isFetching}
            onClick={again}
          >
            {t("indexes.again")}
          </Button>
        }
      />
      {report.isPending ? (
        <Section title={t("indexes.all")}>
          <LinesSkeleton lines={8} />
        </Section>
      ) : report.isError ? (
        <ErrorState title={t("indexes.failed")} error={report.error} onRetry={() => void report.refetch()} />
      ) : (
        <>
          <Section title={t("indexes.all")}>
            <Indexes rows={report.data.indexes} />
          </Section>
          <Section title={t("plans.title")}>
            <Plans rows={report.data.plans} />
          </Section>
        </>
      )}
      {slow.isPending ? (
        <Section title={t("slow.title")}>
          <LinesSkeleton lines={4} />
        </Section>
      ) : slow.isError ? (
        <ErrorState title={t("slow.failed")} error={slow.error} onRetry={() => void slow.refetch()} />
      ) : (
        <Slow slow={slow.data} />
      )}
    </Page>
  );
}

const FINDINGS = ["unused", "redundant", "ttl-on-users", "missing"] as const;
const FINDING_TONES: Record<(typeof FINDINGS)[number], Tone> = {
  unused: "grey",
  redundant: "amber",
  "ttl-on-users": "red",
  missing: "red",
};

function Indexes({ rows }: { rows: readonly IndexRow[] }) {
  const { t, i18n } = useTranslation("server");
  if (rows.length === 0) return <p className={tables.dim}>{t("indexes.none")}</p>;
  const since = sharedSince(rows);
  return (
    <div className={tables.scroll} tabIndex={0} role="group" aria-label={t("indexes.all")}>
      <table className={tables.table}>
        <thead>
          <tr>
            <th scope="col">{t("indexes.name")}</th>
            <th scope="col">{t("indexes.keys")}</th>
            <th scope="col" className={tables.end}>
              {t("indexes.size")}
            </th>
            <th scope="col" className={tables.end}>
              {t("indexes.uses")}
              {since && (
                <>
                  {" "}
                  {t("indexes.since")} <When at={since} />
                </>
              )}
            </th>
            <th scope="col" className={tables.apart}>
              {t("indexes.finding")}
            </th>
          </tr>
        </thead>
        {byCollection(rows).map((group) => (
          <tbody key={group.collection}>
            <tr className={classes.group}>
              <th scope="rowgroup" colSpan={5}>
                {t(collectionKey(group.collection), group.collection)}
              </th>
            </tr>
            {group.rows.map((row) => (
              <Index key={row.name} row={row} language={i18n.language} dated={since !== null} />
            ))}
          </tbody>
        ))}
      </table>
    </div>
  );
}

function Index({ row, language, dated }: { row: IndexRow; language: string; dated: boolean }) {
  const { t } = useTranslation("server");
  const finding = FINDINGS.find((one) => one === row.finding);
  return (
    <tr data-quiet={(row.origin === "missing" && !finding) || undefined}>
      <td>
        <TechnicalName>{row.name}</TechnicalName>
        {row.origin === "foreign" && <span className={tables.small}>{t("indexes.foreign")}</span>}
      </td>
      <td>
        {row.keys}{" "}
        {row.traits.map((trait) => (
          <span key={trait} className={tables.trait}>
            {trait}
          </span>
        ))}
      </td>
      <td className={tables.end}>{row.bytes !== null && formatBytes(row.bytes, language)}</td>
      <td className={tables.end}>
        {row.uses?.toLocaleString(language)}
        {row.since && !dated && (
          <span className={tables.small}>
            {t("indexes.since")} <When at={row.since} />
          </span>
        )}
      </td>
      <td className={tables.apart}>
        {finding ? (
          <ToneDot tone={FINDING_TONES[finding]}>{t(`indexes.findings.${finding}`)}</ToneDot>
        ) : (
          row.finding && <ToneDot tone="grey">{row.finding}</ToneDot>
        )}
        {row.advice && <span className={tables.small}>{row.advice}</span>}
      </td>
    </tr>
  );
}

function Plans({ rows }: { rows: readonly PlanRow[] }) {
  const { t, i18n } = useTranslation("server");
  const count = (n: number) => n.toLocaleString(i18n.language);
  if (rows.length === 0) return <p className={tables.dim}>{t("plans.none")}</p>;
  return (
    <>
      <p className={tables.lead}>{t("plans.lead")}</p>
      <table className={tables.table}>
        <thead>
          <tr>
            <th scope="col">{t("plans.query")}</th>
            <th scope="col">{t("source.collection")}</th>
            <th scope="col">{t("plans.index")}</th>
            <th scope="col" className={tables.end}>
              {t("plans.examined")}
            </th>
            <th scope="col" className={tables.end}>
              {t("plans.returned")}
            </th>
            <th scope="col" className={tables.end}>
              {t("plans.time")}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={`${row.collection} ${row.query}`}>
              <th scope="row">{row.query}</th>
              <td>{t(collectionKey(row.collection), row.collection)}</td>
              <td>
                {row.index ? (
                  <TechnicalName>{row.index}</TechnicalName>
                ) : (
                  <ToneDot tone="red">{t("plans.noIndex")}</ToneDot>
                )}
              </td>
              <td className={tables.end}>{count(row.examined)}</td>
              <td className={tables.end}>{count(row.returned)}</td>
              <td className={tables.end}>{formatMillis(row.millis, i18n.language)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

function Slow({ slow }: { slow: SlowQueries }) {
  const { t, i18n } = useTranslation("server");
  const confirm = useConfirm();
  const profiler = useSetProfiler();
  const count = (n: number) => n.toLocaleString(i18n.language);
  const choose = async (level: number) => {
    if (level === slow.level) return;
    if (level === 2) {
      const sure = await confirm({
        title: t("slow.allTitle"),
        body: t("slow.allBody"),
        verb: t("slow.allVerb"),
      });
      if (!sure) return;
    }
    profiler.mutate(level, { onError: toast.problem });
  };
  return (
    <Section
      title={t("slow.title")}
      actions={
        <span className={classes.level}>
          <span className={tables.dim}>{t("slow.profiler")}</span>
          <SegmentedControl
            aria-label={t("slow.profiler")}
            value={String(slow.level)}
            disabled={profiler.isPending || slow.problem !== null}
            onChange={(level) => void choose(Number(level))}
            data={[
              { value: "0", label: t("slow.off") },
              { value: "1", label: t("slow.slowOnes", { ms: slow.slowms }) },
              { value: "2", label: t("slow.all") },
            ]}
          />
        </span>
      }
    >
      {slow.problem && <p className={classes.problem}>{slow.problem}</p>}
      {slow.level === 2 && <p className={classes.problem}>{t("slow.allOn")}</p>}
      {slow.shapes.length === 0 ? (
        !slow.problem && <p className={tables.dim}>{t(slow.level === 0 ? "slow.noneOff" : "slow.none")}</p>
      ) : (
        <div className={tables.scroll} tabIndex={0} role="group" aria-label={t("slow.title")}>
          <table className={tables.table}>
            <thead>
              <tr>
                <th scope="col">{t("slow.shape")}</th>
                <th scope="col" className={tables.end}>
                  {t("slow.count")}
                </th>
                <th scope="col" className={tables.end}>
                  {t("slow.mean")}
                </th>
                <th scope="col" className={tables.end}>
                  {t("slow.max")}
                </th>
                <th scope="col" className={tables.end}>
                  {t("slow.ratio")}
                </th>
                <th scope="col" className={tables.end}>
                  {t("slow.last")}
                </th>
              </tr>
            </thead>
            <tbody>
              {slow.shapes.map((row) => (
                <tr key={`${row.collection} ${row.command} ${row.shape}`}>
                  <td>
                    {t(collectionKey(row.collection), row.collection)} · {row.command}
                    <span className={classes.shape}>{row.shape}</span>
                  </td>
                  <td className={tables.end}>{count(row.count)}</td>
                  <td className={tables.end}>{formatMillis(row.meanMs, i18n.language)}</td>
                  <td className={tables.end}>{formatMillis(row.maxMs, i18n.language)}</td>
                  <td className={tables.end}>
                    {row.examinedPerReturned?.toLocaleString(i18n.language, { maximumFractionDigits: 1 })}
                  </td>
                  <td className={tables.end}>
                    <When at={row.last} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Section>
  );
}
