/** What a `FilterBar` can narrow a list by. */
import type { ReactNode } from "react";
import type { Filters } from "./listSearch";

export interface Option {
  value: string;
  label: string;
}

export type FilterSpec =
  | { kind?: "choice"; id: string; label: string; options: Option[]; single?: boolean }
  /** Too many to list: asked for while one types. `labelOf` names a value that came with the address. */
  | {
      kind: "lookup";
      id: string;
      label: string;
      search: (text: string) => Promise<Option[]>;
      labelOf?: (value: string) => string | undefined;
    }
  /** Value is one text, `2026-01-01..2026-03-31`; either end may be empty. */
  | { kind: "dates"; id: string; label: string }
  /** Anything else whose value is one text: `edit` draws what opens, `show` says the value in the button. */
  | CustomSpec;

export interface CustomSpec {
  kind: "custom";
  id: string;
  label: string;
  show: (value: string) => string;
  edit: (value: string | undefined, onChange: (next: string | undefined) => void) => ReactNode;
}

export interface FilterValue {
  q: string;
  filters: Filters;
}
