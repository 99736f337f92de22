/**
 * The state of a list lives in its address: text, filters, sort, the open row. Routes validate with
 * `listSearch(...)`, screens read and write with `useListSearch()`.
 */
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";

export type SortDir = "asc" | "desc";
export interface Sort {
  by: string;
  dir: SortDir;
}

/** What stands in the address. Filters are lists of values under their own name. */
export interface ListSearch {
  q?: string;
  sort?: string;
  dir?: SortDir;
  open?: string;
  /** How the rows are shown, where there is a choice. */
  view?: string;
  [filter: string]: string | string[] | undefined;
}

/** Chosen values by filter; an absent filter means "any". */
export type Filters = Record<string, string[]>;

const RESERVED = new Set(["q", "sort", "dir", "open", "view"]);

function texts(value: unknown): string[] | undefined {
  const list = (Array.isArray(value) ? value : [value])
    .filter((v) => typeof v === "string" || typeof v === "number" || typeof v === "boolean")
    .map(String)
    .filter((v) => v !== "");
  return list.length > 0 ? list : undefined;
}

/** For a route's `validateSearch`. Unknown parameters and senseless values are dropped, never an error. */
export function listSearch(filters: readonly string[]): (raw: Record<string, unknown>) => ListSearch {
  return (raw) => {
    const out: ListSearch = {};
    const q = texts(raw.q)?.[0];
    const sort = texts(raw.sort)?.[0];
    const open = texts(raw.open)?.[0];
    const view = texts(raw.view)?.[0];
    if (q) out.q = q;
    if (sort) {
      out.sort = sort;
      out.dir = raw.dir === "desc" ? "desc" : "asc";
    }
    if (open) out.open = open;
    if (view) out.view = view;
    for (const name of filters) {
      const values = texts(raw[name]);
      if (values) out[name] = values;
    }
    return out;
  };
}

/** What of an address decides which rows there are, and their order. */
export interface ListQuery {
  q: string;
  filters: Filters;
  sort: Sort;
}

/** Reads an address; `initial` is the order when it names none. */
export function listQuery(search: ListSearch, initial: Sort): ListQuery {
  const filters: Filters = {};
  for (const [name, value] of Object.entries(search)) {
    const values = RESERVED.has(name) ? undefined : texts(value);
    if (values) filters[name] = values;
  }
  return {
    q: search.q ?? "",
    filters,
    sort: search.sort ? { by: search.sort, dir: search.dir ?? "asc" } : initial,
  };
}

export interface ListState extends ListQuery {
  /** Key of the row shown in the side panel. */
  open: string | null;
  /** A text or a filter keeps rows out. */
  narrowed: boolean;
  /** Takes text and filters away; the order stays. */
  clear: () => void;
  setFilters: (next: { q: string; filters: Filters; sort?: Sort | undefined }) => void;
  setSort: (sort: Sort) => void;
  openRow: (key: string | null) => void;
  /** How the rows are shown, if the address says. */
  view: string | null;
  show: (view: string) => void;
}

/** Reads and writes the address of the current list. `initial` is the order when the address names none. */
export function useListSearch(initial: Sort): ListState {
  const search = useSearch({ strict: false }) as ListSearch;
  const navigate = useNavigate();
  const { by, dir } = initial;

  return useMemo(() => {
    const go = (change: (before: ListSearch) => ListSearch, replace: boolean) =>
      void navigate({
        to: ".",
        replace,
        search: ((before: ListSearch) => {
          const next = change(before);
          return Object.fromEntries(
            Object.entries(next).filter(
              ([, v]) => v !== undefined && v !== "" && !(Array.isArray(v) && v.length === 0),
            ),
          );
        }) as never,
      });
    const query = listQuery(search, { by, dir });
    const setFilters: ListState["setFilters"] = (next) =>
      go(
        (before) => ({
          ...next.filters,
          q: next.q,
          sort: next.sort?.by ?? before.sort,
          dir: next.sort?.dir ?? before.dir,
          open: before.open,
          view: before.view,
        }),
        true,
      );
    return {
      ...query,
      open: search.open ?? null,
      narrowed: query.q !== "" || Object.keys(query.filters).length > 0,
      clear: () => setFilters({ q: "", filters: {} }),
      setFilters,
      setSort: (sort) => go((before) => ({ ...before, sort: sort.by, dir: sort.dir }), true),
      openRow: (key) => go((before) => ({ ...before, open: key ?? undefined }), true),
      view: search.view ?? null,
      show: (view) => go((before) => ({ ...before, view }), true),
    };
  }, [search, navigate, by, dir]);
}
