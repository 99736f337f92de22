/** Which page a session may see: pure, so that the whole table is tested. */
import type { WorkspaceStatus } from "@/bindings/WorkspaceStatus";

export type Place = "welcome" | "signIn" | "secondFactor" | "frame";

/** What the gate looks at. */
export type Standing = Pick<WorkspaceStatus, "phase" | "secondFactorDue">;

/** Where to go instead; null when the window, as it stands, belongs in `place`. */
export function gate(
  { phase, secondFactorDue }: Standing,
  place: Place,
): "/welcome" | "/sign-in" | "/second-factor" | "/" | null {
  switch (phase) {
    case "no-workspace":
      return place === "welcome" ? null : "/welcome";
    case "needs-passphrase":
    case "signed-out":
    case "locked":
      return place === "signIn" ? null : "/sign-in";
    case "signed-in":
      // without the second factor the institution requires, nothing else is answered
      if (secondFactorDue) return place === "secondFactor" ? null : "/second-factor";
      return place === "frame" ? null : "/";
  }
}
