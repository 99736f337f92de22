/** What the list of migrations allows: pure, tested. */
import type { MigrationRow } from "@/bindings/MigrationRow";

/** Names of the migrations that are described in words of the window. */
export const ABOUTS = ["collections", "indexes", "roles", "audit-chain", "asked-by-slices"] as const;

/** Those `run` would take up: what is pending, and what was applied only in part. */
export function pendingOf(rows: readonly MigrationRow[]): MigrationRow[] {
  return rows.filter((row) => row.state === "pending" || row.state === "partly");
}

/** The number of the last migration that is applied; 0 where none is. */
export function appliedUpTo(rows: readonly MigrationRow[]): number {
  return Math.max(0, ...rows.filter((row) => row.state !== "pending").map((row) => row.number));
}

/** The number to go back to, where what was typed is one: 0 takes all of them off. */
export function rollbackTarget(rows: readonly MigrationRow[], typed: number | string): number | null {
  if (typed === "") return null;
  const number = Number(typed);
  return Number.isInteger(number) && number >= 0 && number < appliedUpTo(rows) ? number : null;
}
