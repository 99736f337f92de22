/** What a record's mark says about change sets the server has not confirmed: pure, tested. */
import type { PendingDto } from "@/bindings/PendingDto";

export type Mark = { kind: "failed" | "provisional" | "waits" } | { kind: "conflicts"; count: number };

/** Verbs that move a record from one state to another: until they are confirmed the state is provisional. */
const MOVES =
  /^(enrollment\.(created|reopened|cancelled|completed)|payment\.(captured|failed|cancelled|retried)|refund\.)/;

/** The one thing to say: what failed, then what may still be otherwise, then what is only on its way. */
export function markOf({ waiting, conflicts }: PendingDto): Mark | null {
  if (waiting.some((row) => row.state === "failed")) return { kind: "failed" };
  if (waiting.some((row) => MOVES.test(row.verb))) return { kind: "provisional" };
  if (waiting.length > 0) return { kind: "waits" };
  return conflicts > 0 ? { kind: "conflicts", count: conflicts } : null;
}
