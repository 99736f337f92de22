/** Who sits at the desk. */
import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { SessionState, SessionUser } from "../commands/accounts";
import { call } from "../ipc";

export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: () => call("session_current"),
  staleTime: Number.POSITIVE_INFINITY,
});

export function useSession(): SessionState | undefined {
  return useQuery(sessionQuery).data;
}

/** The signed-in person; null before sign-in. Inside the frame it is never null. */
export function useSessionUser(): SessionUser | null {
  const session = useSession();
  return session?.state === "signedIn" ? session.user : null;
}

/** Locks or ends the session and forgets everything that was read. */
export function useLeaveSession(how: "session_lock" | "session_sign_out") {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => call(how),
    onSuccess: async () => {
      client.removeQueries({ predicate: (q) => q.queryKey[0] !== "session" });
      await client.invalidateQueries({ queryKey: ["session"] });
    },
  });
}
