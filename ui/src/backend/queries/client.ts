/** The query cache. The backend is a local database: reads are cheap, never retried, never polled. */
import { QueryCache, QueryClient } from "@tanstack/react-query";
import type { WorkspaceStatus } from "@/bindings/WorkspaceStatus";
import type { BackendError } from "../error";
import { sit } from "../held";
import { STATUS_KEY } from "./session";

declare module "@tanstack/react-query" {
  interface Register {
    // `ipc.ts` rejects with nothing else
    defaultError: BackendError;
  }
}

export function createQueryClient(): QueryClient {
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({
      onError: ({ code }) => {
        // required since, of somebody who has none: the status knows, and the frame follows it
        if (code === "second-factor") void client.invalidateQueries({ queryKey: STATUS_KEY });
      },
    }),
    defaultOptions: {
      queries: {
        retry: false,
        staleTime: 30_000,
        gcTime: 5 * 60_000,
        refetchOnWindowFocus: false,
        // the "network" is the process next door
        networkMode: "always",
      },
      mutations: { retry: false, networkMode: "always" },
    },
  });
  // before anything is drawn of it: what is left because the window locks is held
  client.getQueryCache().subscribe(({ query }) => {
    if (query.queryKey[0] === STATUS_KEY[0] && query.state.data) sit(query.state.data as WorkspaceStatus);
  });
  return client;
}
