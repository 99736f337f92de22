/** The audit trail of the workspace: who did what, when, from which device. It can only be read. */
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useMemo, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import type { Page } from "@/backend/page";
import { peoplePage } from "@/backend/queries/people";
import { auditPage } from "@/backend/queries/system";
import type { AuditFilter } from "@/bindings/AuditFilter";
import type { TimelineEntry } from "@/bindings/TimelineEntry";
import {
  type Column,
  DataList,
  EmptyList,
  EmptyState,
  Facts,
  FilterBar,
  ListPage,
  PageHeader,
  SidePanel,
  ToneDot,
  useListSearch,
  usePersonName,
  When,
} from "@/design";
import { RecordLink } from "@/features/history/RecordLink";
import { verbSentence, verbTone } from "@/features/history/sentences";
import { SaveList } from "@/features/lists/SaveList";
import { AREAS } from "./areas";
import classes from "./system.module.css";

export function AuditPage() {
  const { t } = useTranslation("system");
  // the sentences of the list are made with these words
  useTranslation("history");
  const called = usePersonName();
  const client = useQueryClient();
  const list = useListSearch({ by: "at", dir: "desc" });
  const open = useSeen(list.open);
  const filter = useMemo<AuditFilter>(() => {
    const [from, to] = (list.filters.when?.[0] ?? "").split("..");
    return {
      actor: list.filters.actor?.[0] ?? null,
      area: list.filters.area?.[0] ?? null,
      device: list.filters.device?.[0] ?? null,
      text: list.q || null,
      from: from || null,
      to: to || null,
    };
  }, [list.q, list.filters]);
  const columns = useMemo<Column<TimelineEntry>[]>(
    () => [
      {
        id: "sentence",
        header: t("audit.what"),
        cell: (e) => verbSentence(e.verb, e.detail),
        grow: true,
        width: 260,
        fixed: true,
        wrap: true,
      },
      { id: "about", header: t("audit.about"), cell: (e) => <About entry={e} />, width: 150, yields: 1 },
      {
        id: "actor",
        header: t("audit.who"),
        cell: (e) => called(e.actor) || t("audit.erased"),
        width: 130,
      },
      {
        id: "device",
        header: t("audit.device"),
        cell: (e) => <span className={classes.dim}>{e.device}</span>,
        width: 80,
        hidden: true,
        yields: 2,
      },
      {
        id: "at",
        header: t("audit.when"),
        cell: (e) => <When at={e.at} format="exact" />,
        width: 160,
        align: "end",
      },
    ],
    [t, called],
  );
  const people = async (text: string) => {
    const found = await client.fetchQuery({
      queryKey: ["people", "lookup", text],
      queryFn: () => peoplePage({ text, roles: [], statuses: [], sort: "name", descending: false })(0, 20),
    });
    return found.rows.map((person) => ({ value: person.id, label: called(person.name) }));
  };
  const labelOf = (id: string) => {
    const seen = client.getQueriesData<Awaited<ReturnType<ReturnType<typeof peoplePage>>>>({
      queryKey: ["people", "lookup"],
    });
    const person = seen.flatMap(([, page]) => page?.rows ?? []).find((one) => one.id === id);
    return person && called(person.name);
  };
  return (
    <ListPage
      header={
        <PageHeader
          title={t("nav.audit")}
          subtitle={t("audit.lead")}
          actions={<SaveList what={{ list: "audit", filter }} />}
        />
      }
      toolbar={
        <FilterBar
          id="audit"
          searchLabel={t("audit.search")}
          q={list.q}
          filters={list.filters}
          onChange={list.setFilters}
          specs={[
            { kind: "lookup", id: "actor", label: t("audit.who"), search: people, labelOf },
            {
              id: "area",
              label: t("audit.area"),
              single: true,
              options: AREAS.map((area) => ({ value: area, label: t(`audit.areas.${area}`) })),
            },
            {
              kind: "lookup",
              id: "device",
              label: t("audit.device"),
              search: async (text) => {
                const name = text.trim().toUpperCase();
                return name ? [{ value: name, label: name }] : [];
              },
              labelOf: (name) => name,
            },
            { kind: "dates", id: "when", label: t("audit.when") },
          ]}
        />
      }
      panel={open && <Line key={open.n} entry={open} onClose={() => list.openRow(null)} />}
    >
      <DataList
        id="audit"
        label={t("nav.audit")}
        columns={columns}
        rowKey={(e) => String(e.n)}
        rowName={(e) => verbSentence(e.verb, e.detail)}
        queryKey={["audit", filter]}
        fetchPage={auditPage(filter)}
        onOpen={(e) => list.openRow(String(e.n))}
        openKey={list.open}
        empty={
          <EmptyList list={list}>
            <EmptyState title={t("audit.emptyTitle")} body={t("audit.emptyBody")} />
          </EmptyList>
        }
      />
    </ListPage>
  );
}

/** The line of that number, once it is among those that were read. */
function useSeen(n: string | null): TimelineEntry | null {
  const client = useQueryClient();
  const subscribe = useCallback(
    (listener: () => void) => client.getQueryCache().subscribe(listener),
    [client],
  );
  return useSyncExternalStore(subscribe, () => {
    if (n === null) return null;
    const pages = client.getQueriesData<Page<TimelineEntry>>({ queryKey: ["audit"] });
    return pages.flatMap(([, page]) => page?.rows ?? []).find((entry) => String(entry.n) === n) ?? null;
  });
}

function About({ entry }: { entry: TimelineEntry }) {
  const called = usePersonName();
  const subject = entry.subjects.find((one) => one.label);
  if (!subject?.label) return null;
  return (
    <RecordLink collection={subject.collection} id={subject.id}>
      {called(subject.label)}
    </RecordLink>
  );
}

/** One line in full: everything the trail keeps of it. */
function Line({ entry, onClose }: { entry: TimelineEntry; onClose: () => void }) {
  const { t } = useTranslation("system");
  const { t: tf } = useTranslation("frame");
  const called = usePersonName();
  const area = AREAS.find((one) => entry.verb.startsWith(`${one}.`));
  const areaWord = area ? t(`audit.areas.${area}`) : entry.verb;
  return (
    <SidePanel label={t("audit.line")} onClose={onClose}>
      <h2 className={classes.line}>{verbSentence(entry.verb, entry.detail)}</h2>
      <Facts
        items={[
          { label: t("audit.when"), value: <When at={entry.at} format="exact" /> },
          {
            label: t("audit.who"),
            value: `${called(entry.actor) || t("audit.erased")} · ${tf(`role.${entry.role}`)}`,
          },
          { label: t("audit.device"), value: entry.device },
          {
            label: t("audit.area"),
            value: <ToneDot tone={verbTone(entry.verb)}>{areaWord}</ToneDot>,
          },
          ...entry.subjects
            .filter((one) => ["users", "courses", "enrollments", "payments"].includes(one.collection))
            .map((one) => ({
              label: t(`audit.subject.${one.collection as "users"}`),
              value: (
                <RecordLink collection={one.collection} id={one.id}>
                  {one.label ? called(one.label) : t("audit.open")}
                </RecordLink>
              ),
            })),
          { label: t("audit.number"), value: entry.n },
          { label: t("audit.chain"), value: entry.number ?? t("audit.waiting") },
          ...(entry.hash
            ? [{ label: t("audit.hash"), value: <span className={classes.hash}>{entry.hash}</span> }]
            : []),
        ]}
      />
    </SidePanel>
  );
}
