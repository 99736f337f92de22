/** The queue as the sync centre orders and judges it: pure, tested. */
import type { QueueRow } from "@/bindings/QueueRow";
import type { QueueState } from "@/bindings/QueueState";
import type { Role } from "@/bindings/Role";
import type { Tone } from "@/design";

export const QUEUE_TONES: Record<QueueState, Tone> = {
  waiting: "amber",
  sending: "ink",
  blocked: "grey",
  failed: "red",
};

export type QueueVerb = "retry" | "discard" | "void" | "export";

/** What a person of this role may do with a row. Not a permission: the backend refuses on its own. */
export function queueVerbs(row: QueueRow, role: Role | undefined): QueueVerb[] {
  const verbs: QueueVerb[] = [];
  if (row.state === "failed") {
    verbs.push("retry");
    if (!row.money) verbs.push("discard");
    else if (role === "admin" || role === "finance") verbs.push("void");
  }
  verbs.push("export");
  return verbs;
}

/** What needs a person apart from what goes by itself; both keep their order, the oldest first. */
export function sorted(queue: readonly QueueRow[]): { failed: QueueRow[]; moving: QueueRow[] } {
  return {
    failed: queue.filter((row) => row.state === "failed"),
    moving: queue.filter((row) => row.state !== "failed"),
  };
}
