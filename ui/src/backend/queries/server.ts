/** The institution's server: connecting, synchronisation, health, migrations, indexes, maintenance. */
import { queryOptions, useMutation, useMutationState, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import type { Collection } from "@/bindings/Collection";
import type { SourceProgress } from "@/bindings/SourceProgress";
import type { SyncCentre } from "@/bindings/SyncCentre";
import type { SyncStatus } from "@/bindings/SyncStatus";
import { useBackendEvent } from "../events";
import { type Answer, type Args, call } from "../ipc";
import { STATUS_KEY, useAdoptStatus } from "./session";

export const SYNC_KEY = ["sync"] as const;
const PENDING_KEY = ["pending"] as const;

export const syncStatusQuery = queryOptions({
  queryKey: [...SYNC_KEY, "status"],
  queryFn: () => call("sync_status"),
  staleTime: Number.POSITIVE_INFINITY,
});

export const syncCentreQuery = queryOptions({
  queryKey: [...SYNC_KEY, "centre"],
  queryFn: () => call("sync_centre"),
});

/** What of a record the server has not acknowledged. */
export const pendingQuery = (collection: Collection, id: string) =>
  queryOptions({
    queryKey: [...PENDING_KEY, collection, id],
    queryFn: () => call("record_pending", { collection, id }),
  });

export function useSyncStatus(): SyncStatus | undefined {
  return useQuery(syncStatusQuery).data;
}

/** How much of the first fetch is done, in whole percent; null while nobody knows how much there is. */
export function fetched(collections: readonly SourceProgress[]): number | null {
  const total = collections.reduce((sum, one) => sum + one.total, 0);
  if (total === 0) return null;
  const done = collections.reduce((sum, one) => sum + Math.min(one.done, one.total), 0);
  // 100 only when it is over
  return Math.min(99, Math.floor((done / total) * 100));
}

/** While the institution is fetched for the first time: how far it is. Null when it is all here. */
export function useFirstFetch(): { percent: number | null } | null {
  const initial = useSyncStatus()?.state === "initial";
  const centre = useQuery({ ...syncCentreQuery, enabled: initial });
  return initial ? { percent: centre.data ? fetched(centre.data.collections ?? []) : null } : null;
}

/** At most this often are state and queue read again while changes come in. */
const SETTLE_MS = 400;

/** Keeps the state of synchronisation live. Mounted once, by the frame. */
export function useFollowSync(): void {
  const client = useQueryClient();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  useBackendEvent("sync-changed", (status) => {
    client.setQueryData(syncStatusQuery.queryKey, status);
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      // an answer that was on its way when this was told may have put an older state in its place
      void client.invalidateQueries({ queryKey: SYNC_KEY });
      void client.invalidateQueries({ queryKey: PENDING_KEY });
    }, SETTLE_MS);
  });
}

/** Commands that answer with the new state of synchronisation. */
function useSyncChange<K extends "sync_now" | "sync_pause" | "server_attach" | "server_change">(name: K) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (args: Args<K>): Promise<SyncStatus> => call(name, ...([args] as never)),
    // not the answer itself: what was told meanwhile may be newer
    onSuccess: () => client.invalidateQueries({ queryKey: SYNC_KEY }),
  });
}

export const useSyncNow = () => useSyncChange("sync_now");
export const usePauseSync = () => useSyncChange("sync_pause");

/** After these the workspace has a server, or another one: everything about it is read again. */
function useServerChange(name: "server_attach" | "server_change") {
  const client = useQueryClient();
  const change = useSyncChange(name);
  return useMutation({
    mutationFn: (args: Args<"server_attach">) => change.mutateAsync(args),
    onSuccess: () => client.invalidateQueries({ predicate: (query) => SERVER_KEYS.has(query.queryKey[0]) }),
  });
}

const SERVER_KEYS: ReadonlySet<unknown> = new Set(["server", "pending"]);

export const useAttachServer = () => useServerChange("server_attach");
export const useChangeServer = () => useServerChange("server_change");

type QueueVerb = "queue_retry" | "queue_discard" | "queue_void" | "conflict_settle";

/** The verbs of the queue and of the conflict cards; each answers with the centre as it is now. */
export function useQueueVerb<K extends QueueVerb>(name: K) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (args: Args<K>): Promise<SyncCentre> => call(name, ...([args] as never)),
    onSuccess: async (centre) => {
      client.setQueryData(syncCentreQuery.queryKey, centre);
      // what was undone, voided or swapped is shown all over the window
      await client.invalidateQueries();
    },
  });
}

export function useExportQueued() {
  return useMutation({ mutationFn: (op: string) => call("queue_export", { op }) });
}

export function useProbe() {
  return useMutation({ mutationFn: (address: Args<"connect_probe">) => call("connect_probe", address) });
}

export function useConnectInstitution() {
  const adopt = useAdoptStatus();
  const router = useRouter();
  return useMutation({
    mutationFn: (args: Args<"connect_institution">) => call("connect_institution", args),
    onSuccess: async (status) => {
      adopt(status);
      await router.invalidate();
    },
  });
}

export function useAttachPreview() {
  return useMutation({ mutationFn: (args: Args<"attach_preview">) => call("attach_preview", args) });
}

export function useDetachServer() {
  const adopt = useAdoptStatus();
  const client = useQueryClient();
  const router = useRouter();
  return useMutation({
    mutationFn: (args: Args<"server_detach">) => call("server_detach", args),
    onSuccess: async (status) => {
      if (status.session) {
        // the same person goes on: what is on the screen is read anew, not forgotten
        client.setQueryData(STATUS_KEY, status);
        await client.invalidateQueries({ predicate: (query) => query.queryKey[0] !== STATUS_KEY[0] });
      } else {
        adopt(status);
      }
      await router.invalidate();
    },
  });
}

/** Looked at again while the page is open: the figures are of this moment. */
export const healthQuery = queryOptions({
  queryKey: ["server", "health"],
  queryFn: () => call("server_health"),
  refetchInterval: 10_000,
});

export const migrationsQuery = queryOptions({
  queryKey: ["server", "migrations"],
  queryFn: () => call("migrations"),
});

const RUN_KEY = ["migrations_run"] as const;

/** The run that is under way, wherever it was started from: what was asked of it, its task too. */
export function useMigrationsRunning(): Args<"migrations_run"> | undefined {
  const running = useMutationState({
    filters: { mutationKey: RUN_KEY, status: "pending" },
    select: ({ state }) => state.variables as Args<"migrations_run">,
  });
  return running.at(-1);
}

export function useRunMigrations() {
  const client = useQueryClient();
  return useMutation({
    mutationKey: RUN_KEY,
    mutationFn: (args: Args<"migrations_run">) => call("migrations_run", args),
    onSuccess: async (run) => {
      client.setQueryData(migrationsQuery.queryKey, run.now);
      if (!run.dryRun) await client.invalidateQueries({ queryKey: ["server"] });
    },
  });
}

/** The server is asked for its statistics and for each query's plan: when the page opens, and on request. */
export const indexReportQuery = queryOptions({
  queryKey: ["server", "indexes"],
  queryFn: () => call("index_report"),
});

export const slowQueriesQuery = queryOptions({
  queryKey: ["server", "slow"],
  queryFn: () => call("slow_queries"),
});

export function useSetProfiler() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (level: number) => call("profiler_set", { level }),
    onSuccess: (slow: Answer<"profiler_set">) => client.setQueryData(slowQueriesQuery.queryKey, slow),
  });
}

export const maintenanceQuery = queryOptions({
  queryKey: ["server", "maintenance"],
  queryFn: () => call("maintenance"),
});

export function useRunMaintenance() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (args: Args<"maintenance_run">) => call("maintenance_run", args),
    onSuccess: (outcome) =>
      outcome.dryRun ? undefined : client.invalidateQueries({ queryKey: maintenanceQuery.queryKey }),
  });
}
