/** Which page a session may see: pure, so that the whole table is tested. */
import type { Phase } from "@/bindings/Phase";

export type Place = "welcome" | "signIn" | "frame";

/** Where to go instead; null when the phase belongs in `place`. */
export function gate(phase: Phase, place: Place): "/welcome" | "/sign-in" | "/" | null {
  switch (phase) {
    case "no-workspace":
      return place === "welcome" ? null : "/welcome";
    case "needs-passphrase":
    case "signed-out":
    case "locked":
      return place === "signIn" ? null : "/sign-in";
    case "signed-in":
      return place === "frame" ? null : "/";
  }
}
