/** From one record to its neighbours in the list it was opened from, and back to the list: buttons, and the keys j and k. */
import { ActionIcon } from "@mantine/core";
import { IconChevronDown, IconChevronUp } from "@tabler/icons-react";
import {
  type FetchQueryOptions,
  keepPreviousData,
  type QueryKey,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { type NavigateOptions, useNavigate } from "@tanstack/react-router";
import { type ReactNode, useEffect, useEffectEvent } from "react";
import { useTranslation } from "react-i18next";
import type { BackendError } from "@/backend/error";
import type { Page } from "@/backend/page";
import { type FoundIn, keepPlace, type ListAddress, useFoundIn } from "./foundIn";
import { TextLink } from "./links";
import classes from "./Walk.module.css";

/** The way back to the list a record was opened from, as it was left; to the list itself when it was not. */
export function BackToList({ to, children }: { to: ListAddress; children: ReactNode }) {
  const found = useFoundIn();
  if (found?.to !== to) return <TextLink to={to}>{children}</TextLink>;
  return (
    <TextLink to={to} search={found.search as never} state={{ place: found.place }}>
      {children}
    </TextLink>
  );
}

/** At least so many rows are looked at on either side: as many may have come or gone since the list was left. */
const AROUND = 10;

interface Neighbours<Row> {
  before: { row: Row; index: number } | null;
  after: { row: Row; index: number } | null;
  /** Where the record stands now; null when it has left the list. */
  at: number | null;
}

/**
 * Who stands beside a record. One that has left the list (a payment that no longer waits) stands between the
 * rows that closed up behind it.
 */
export function neighboursOf<Row>(
  rows: readonly Row[],
  offset: number,
  index: number,
  is: (row: Row) => boolean,
): Neighbours<Row> {
  const found = rows.findIndex(is);
  const side = (i: number) => {
    const row = rows[i];
    return row === undefined ? null : { row, index: offset + i };
  };
  if (found >= 0) return { at: offset + found, before: side(found - 1), after: side(found + 1) };
  return { at: null, before: side(index - offset - 1), after: side(index - offset) };
}

interface WalkProps<Row> {
  found: FoundIn;
  /** The record that is shown. */
  current: string;
  /** As the list's own. */
  queryKey: QueryKey;
  fetchPage: (offset: number, limit: number) => Promise<Page<Row>>;
  rowKey: (row: Row) => string;
  onGo: (row: Row, foundIn: FoundIn) => void;
}

/** Shows a neighbour in place of a record. It is there before the page changes, so that nothing of it is drawn anew. */
export function useStepTo() {
  const navigate = useNavigate();
  const client = useQueryClient();
  return async <Data, Key extends QueryKey>(
    query: FetchQueryOptions<Data, BackendError, Data, Key>,
    to: NavigateOptions,
    foundIn: FoundIn,
  ) => {
    await client.prefetchQuery(query);
    await navigate({ ...to, state: { foundIn }, replace: true });
  };
}

export function Walk<Row>({ found, current, queryKey, fetchPage, rowKey, onGo }: WalkProps<Row>) {
  const { t } = useTranslation("design");
  const { index } = found.place;
  // in steps, so that not every move asks anew
  const offset = Math.max(0, (Math.floor(index / AROUND) - 1) * AROUND);
  const page = useQuery({
    queryKey: [...queryKey, "around", offset],
    queryFn: () => fetchPage(offset, 3 * AROUND),
    placeholderData: keepPreviousData,
  });
  const beside = page.isPlaceholderData
    ? null
    : neighboursOf(page.data?.rows ?? [], offset, index, (row) => rowKey(row) === current);
  const go = (to: { row: Row; index: number } | null | undefined) => {
    if (!to) return;
    const place = { key: rowKey(to.row), index: to.index, top: Math.max(0, found.place.top) };
    keepPlace(found.entry, place);
    onGo(to.row, { ...found, place });
  };
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (event.target instanceof Element && event.target.closest(TAKES_KEYS)) return;
    if (document.querySelector('[role="dialog"], [role="menu"]')) return;
    if (event.key !== "j" && event.key !== "k") return;
    event.preventDefault();
    go(event.key === "j" ? beside?.after : beside?.before);
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKey(event);
    window.addEventListener("keydown", listener);
    return () => window.removeEventListener("keydown", listener);
  }, []);
  return (
    <div className={classes.walk} role="group" aria-label={t("walk.label")}>
      <span role="status">
        {beside?.at != null && page.data
          ? t(page.data.exact ? "walk.of" : "walk.ofOver", { at: beside.at + 1, total: page.data.total })
          : ""}
      </span>
      <Step label={t("walk.previous")} keys="k" to={beside?.before} go={go}>
        <IconChevronUp size={16} stroke={1.8} />
      </Step>
      <Step label={t("walk.next")} keys="j" to={beside?.after} go={go}>
        <IconChevronDown size={16} stroke={1.8} />
      </Step>
    </div>
  );
}

const TAKES_KEYS = 'input, textarea, select, [contenteditable="true"], [role="combobox"], [role="listbox"]';

/** At an end it says so and keeps the focus: a button that vanished would leave nobody anywhere. */
function Step<To>({
  label,
  keys,
  to,
  go,
  children,
}: {
  label: string;
  keys: string;
  to: To | null | undefined;
  go: (to: To) => void;
  children: ReactNode;
}) {
  return (
    <ActionIcon
      size={26}
      aria-label={label}
      title={`${label} (${keys})`}
      aria-keyshortcuts={keys}
      aria-disabled={!to || undefined}
      data-end={!to || undefined}
      onClick={() => to && go(to)}
    >
      {children}
    </ActionIcon>
  );
}
