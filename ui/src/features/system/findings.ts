/** What verification found, one group for each kind of check. */
import type { Finding } from "@/bindings/Finding";

/** Checks that have words of their own. */
export const CHECKS = [
  "ledger-chain",
  "ledger-sum",
  "audit-chain",
  "counter",
  "reference",
  "index",
  "state",
] as const;
export type Check = (typeof CHECKS)[number];

export interface FindingGroup {
  check: string;
  /** Null for a check without words. */
  known: Check | null;
  findings: Finding[];
}

/** Groups in the order of `CHECKS`, what is unknown last, nothing lost. */
export function groupFindings(findings: readonly Finding[]): FindingGroup[] {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    groups.set(finding.check, [...(groups.get(finding.check) ?? []), finding]);
  }
  const known = (check: string) => CHECKS.find((one) => one === check) ?? null;
  const rank = (check: string) => {
    const one = known(check);
    return one ? CHECKS.indexOf(one) : CHECKS.length;
  };
  return [...groups]
    .map(([check, list]) => ({ check, known: known(check), findings: list }))
    .sort((a, b) => rank(a.check) - rank(b.check));
}
