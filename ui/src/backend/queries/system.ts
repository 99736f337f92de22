/** Settings, verification, the audit trail and the palette's search. */
import {
  type MutationState,
  queryOptions,
  useMutation,
  useMutationState,
  useQueryClient,
} from "@tanstack/react-query";
import type { AuditFilter } from "@/bindings/AuditFilter";
import type { SearchHit } from "@/bindings/SearchHit";
import type { SettingsDto } from "@/bindings/SettingsDto";
import type { VerifyReport } from "@/bindings/VerifyReport";
import type { BackendError } from "../error";
import { type Args, call } from "../ipc";
import { STATUS_KEY } from "./session";

export const settingsQuery = queryOptions({
  queryKey: ["settings"],
  queryFn: () => call("settings"),
});

export function useUpdateSettings() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (settings: SettingsDto) => call("settings_update", settings),
    onSuccess: async (settings) => {
      client.setQueryData(settingsQuery.queryKey, settings);
      // the frame shows the institution's name and counts the idle minutes
      await client.invalidateQueries({ queryKey: STATUS_KEY });
    },
  });
}

/**
 * Verification, which reads everything there is, one run at a time. A run goes on, and is known, whatever
 * becomes of the screen that started it: `last` is how the last one stands, `found` the last that came to its end.
 */
export function useVerification() {
  const client = useQueryClient();
  const mutationKey = ["verify"];
  const runs = useMutationState({
    filters: { mutationKey },
    select: ({ state }) => state as MutationState<VerifyReport, BackendError, Args<"verify">>,
  });
  const { mutate } = useMutation({
    mutationKey,
    gcTime: Number.POSITIVE_INFINITY,
    mutationFn: (args: Args<"verify">) => call("verify", args),
  });
  return {
    start: () => {
      if (client.isMutating({ mutationKey }) === 0) mutate({ task: crypto.randomUUID() });
    },
    last: runs.at(-1),
    found: runs.findLast((run) => run.status === "success"),
  };
}

export const auditPage = (filter: AuditFilter) => (offset: number, limit: number) =>
  call("audit_list", { filter, window: { offset, limit } });

/** What the palette finds for a text, asked once for all its groups. */
let last: { text: string; answer: Promise<SearchHit[]> } | null = null;

export function searchOnce(text: string): Promise<SearchHit[]> {
  if (last?.text !== text) {
    const asked = { text, answer: call("search", { text, limit: 24 }) };
    last = asked;
    // what is found changes with what is stored: only the groups of one keystroke share an answer
    const forget = () => {
      if (last === asked) last = null;
    };
    asked.answer.then(forget, forget);
  }
  return last.answer;
}
