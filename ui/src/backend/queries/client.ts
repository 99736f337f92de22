/** The query cache. The backend is a local database: reads are cheap, never retried, never polled. */
import { QueryClient } from "@tanstack/react-query";
import type { BackendError } from "../error";

declare module "@tanstack/react-query" {
  interface Register {
    // `ipc.ts` rejects with nothing else
    defaultError: BackendError;
  }
}

export function createQueryClient(): QueryClient {
  return new QueryClient({
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
}
