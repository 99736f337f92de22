/** The window follows who is signed in: moments are told in their time zone, words in their language. */
import type { QueryClient } from "@tanstack/react-query";
import { STATUS_KEY } from "@/backend/queries/session";
import type { WorkspaceStatus } from "@/bindings/WorkspaceStatus";
import { sitDown } from "@/design/preferences";
import { setTimeZone } from "@/design/time";

/** From now on. By the cache, so that it is so before anything of them is drawn. Words have to be there. */
export function followSitting(client: QueryClient): void {
  const follow = (status: WorkspaceStatus | undefined) => {
    if (!status) return;
    const { session } = status;
    setTimeZone(session?.timezone ?? null);
    sitDown(session && { user: session.user, language: session.language });
  };
  follow(client.getQueryData<WorkspaceStatus>(STATUS_KEY));
  client.getQueryCache().subscribe(({ query }) => {
    if (query.queryKey[0] === STATUS_KEY[0]) follow(query.state.data as WorkspaceStatus | undefined);
  });
}
