/** How a desktop stands, as a dot's tone; and what may be done about it. */
import type { DesktopRow } from "@/bindings/DesktopRow";
import type { DesktopState } from "@/bindings/DesktopState";

export const STATE_TONES = {
  active: "green",
  invited: "amber",
  lapsed: "grey",
  revoked: "red",
  wiped: "grey",
} as const satisfies Record<DesktopState, string>;

/** It can be shut out, or its invitation withdrawn. */
export const canRevoke = (row: DesktopRow): boolean =>
  !row.this && (row.state === "active" || row.state === "invited" || row.state === "lapsed");

/** The server's login made for it can be taken away: it is shut out, or nobody joined with it in time. */
export const canDropLogin = (row: DesktopRow): boolean =>
  row.login !== null && (row.revokedAt !== null || row.state === "lapsed");
