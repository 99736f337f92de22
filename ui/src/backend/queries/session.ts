/** Which workspace is open and who sits at the desk. */
import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { SessionDto } from "@/bindings/SessionDto";
import type { WorkspaceStatus } from "@/bindings/WorkspaceStatus";
import { call } from "../ipc";

export const STATUS_KEY = ["workspace-status"] as const;

export const statusQuery = queryOptions({
  queryKey: STATUS_KEY,
  queryFn: () => call("workspace_status"),
  staleTime: Number.POSITIVE_INFINITY,
});

export function useWorkspaceStatus(): WorkspaceStatus | undefined {
  return useQuery(statusQuery).data;
}

/** The signed-in person; null before sign-in. Inside the frame it is never null. */
export function useSession(): SessionDto | null {
  return useWorkspaceStatus()?.session ?? null;
}

/**
 * Commands that change who sits here answer with the new status. Call this with it: what was read for the
 * person before is forgotten and the gate sends the window where it belongs (`router.invalidate()` follows).
 */
export function useAdoptStatus(): (status: WorkspaceStatus) => void {
  const client = useQueryClient();
  return (status) => {
    client.removeQueries({ predicate: (query) => query.queryKey[0] !== STATUS_KEY[0] });
    client.setQueryData(STATUS_KEY, status);
  };
}

/** Locks or ends the session. */
export function useLeaveSession(how: "lock" | "sign_out") {
  const adopt = useAdoptStatus();
  return useMutation({ mutationFn: () => call(how), onSuccess: adopt });
}
