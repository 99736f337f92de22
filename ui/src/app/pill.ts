/** What the sync pill says: a pure table over the state of synchronisation, tested. */
import type { SyncStatus } from "@/bindings/SyncStatus";
import type { Tone } from "@/design/tokens";

export type PillWord =
  | "local"
  | "initial"
  | "online"
  | "sending"
  | "slow"
  | "offline"
  | "paused"
  | "refused"
  | "attention";

export interface Pill {
  word: PillWord;
  tone: Tone;
  /** Change sets the word speaks of; 0 says nothing of them. */
  count: number;
}

const TONES: Record<PillWord, Tone> = {
  local: "grey",
  initial: "ink",
  online: "green",
  sending: "ink",
  slow: "amber",
  offline: "amber",
  paused: "grey",
  refused: "red",
  attention: "red",
};

/**
 * One word for everything that may be true at once. First what stops all work with the server, then what
 * needs a person, then how it stands with the line.
 */
export function pillOf(status: SyncStatus): Pill {
  const said = (word: PillWord, count = 0): Pill => ({ word, tone: TONES[word], count });
  if (status.state === "local" || status.state === "refused" || status.state === "initial") {
    return said(status.state);
  }
  const needs = status.attention + status.conflicts;
  if (needs > 0) return { ...said("attention", needs), tone: status.attention > 0 ? "red" : "amber" };
  switch (status.state) {
    case "paused":
    case "offline":
      return said(status.state, status.waiting);
    case "slow":
      return said("slow");
    case "sending":
    case "online":
      // acknowledged is what counts: online with a queue is still sending
      return status.waiting > 0 ? said("sending", status.waiting) : said("online");
  }
}
