/** Every status of the product and the tone it is shown in, the same everywhere. */
import type { Tone } from "./tokens";

export const STATUS_TONES = {
  enrollment: { pending: "amber", active: "green", completed: "ink", cancelled: "grey", refunded: "violet" },
  payment: {
    pending: "amber",
    processing: "amber",
    completed: "ink",
    failed: "red",
    cancelled: "grey",
    refunded: "violet",
    partially_refunded: "violet",
  },
  course: { draft: "grey", "under-review": "amber", published: "green", archived: "grey" },
  user: { active: "green", inactive: "grey", suspended: "red" },
} as const satisfies Record<string, Record<string, Tone>>;

export type StatusKind = keyof typeof STATUS_TONES;
export type StatusOf<K extends StatusKind> = keyof (typeof STATUS_TONES)[K] & string;

/** States that are not settled yet or only half so are drawn as a ring. */
export const HOLLOW: ReadonlySet<string> = new Set(["processing", "partially_refunded", "draft", "inactive"]);
