/** Which page a session may see: pure, so that the whole table is tested. */
import type { SessionState } from "@/backend/commands/accounts";

export type Place = "welcome" | "signIn" | "frame";

/** Where to go instead; null when the session belongs in `place`. */
export function gate(session: SessionState, place: Place): "/welcome" | "/sign-in" | "/" | null {
  switch (session.state) {
    case "noWorkspace":
      return place === "welcome" ? null : "/welcome";
    case "signedOut":
    case "locked":
      return place === "signIn" ? null : "/sign-in";
    case "signedIn":
      return place === "frame" ? null : "/";
  }
}
