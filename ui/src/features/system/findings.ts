/** What verification found, one group for each kind of check. */
import type { Finding } from "@/bindings/Finding";

/** Kinds of checks, in the order they are shown; a check `rollup.revenue_daily` is one of `rollup`. */
export const KINDS = [
  "ledger-chain",
  "ledger-sum",
  "audit-chain",
  "counter",
  "reference",
  "state",
  "rollup",
  "column",
  "search",
  "waiting",
  "document",
  "file",
  "index",
  "more",
] as const;
export type Kind = (typeof KINDS)[number];

/** Families of dotted checks that go with others, or are named otherwise here. */
const FAMILIES: Readonly<Record<string, Kind>> = {
  ledger: "ledger-sum",
  enrollment: "state",
  view: "waiting",
  queue: "waiting",
};

/** Null for a check without words. */
export function kindOf(check: string): Kind | null {
  const [family = ""] = check.split(".");
  return KINDS.find((kind) => kind === family) ?? FAMILIES[family] ?? null;
}

export interface FindingGroup {
  /** The kind, or a check without words. */
  key: string;
  kind: Kind | null;
  findings: Finding[];
}

/** Groups in the order of `KINDS`, what is unknown last, nothing lost. */
export function groupFindings(findings: readonly Finding[]): FindingGroup[] {
  const groups = new Map<string, FindingGroup>();
  for (const finding of findings) {
    const kind = kindOf(finding.check);
    const key = kind ?? finding.check;
    const group = groups.get(key) ?? { key, kind, findings: [] };
    group.findings.push(finding);
    groups.set(key, group);
  }
  const rank = ({ kind }: FindingGroup) => (kind ? KINDS.indexOf(kind) : KINDS.length);
  return [...groups.values()].sort((a, b) => rank(a) - rank(b));
}
