/** Settings, verification, the audit trail and the palette's search. */
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import type { AuditFilter } from "@/bindings/AuditFilter";
import type { SearchHit } from "@/bindings/SearchHit";
import type { SettingsDto } from "@/bindings/SettingsDto";
import { call } from "../ipc";
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

/** Runs only when asked (`refetch`): it reads everything there is. The last answer is kept. */
export const verifyQuery = queryOptions({
  queryKey: ["verify"],
  queryFn: () => call("verify"),
  enabled: false,
  staleTime: Number.POSITIVE_INFINITY,
  gcTime: Number.POSITIVE_INFINITY,
});

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
