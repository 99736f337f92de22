/** Commands of the accounts workflows: workspace, session, people. */

export type Role = "student" | "instructor" | "finance" | "admin";

export interface SessionUser {
  id: string;
  email: string;
  fullName: string;
  role: Role;
}

/** What the window may show: the gate of `app/gate.ts` turns on `state`. */
export type SessionState =
  | { state: "noWorkspace" }
  | { state: "signedOut"; workspace: string }
  | { state: "locked"; workspace: string; user: SessionUser }
  | { state: "signedIn"; workspace: string; user: SessionUser };

export interface AccountsCommands {
  session_current: { args: null; result: SessionState };
  session_lock: { args: null; result: null };
  session_sign_out: { args: null; result: null };
}
