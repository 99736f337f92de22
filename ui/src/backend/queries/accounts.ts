/** First run, signing in, one's own account. */
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import type { WorkspaceStatus } from "@/bindings/WorkspaceStatus";
import type { Args } from "../ipc";
import { call } from "../ipc";
import { STATUS_KEY, useAdoptStatus } from "./session";

export const profileQuery = queryOptions({
  queryKey: ["my_profile"],
  queryFn: () => call("my_profile"),
});

export const sessionsQuery = queryOptions({
  queryKey: ["my_sessions"],
  queryFn: () => call("my_sessions"),
});

type Entering = "create_institution" | "open_sample" | "open_workspace" | "sign_in" | "unlock";

/** The commands that let somebody in: the answer moves the window to where it belongs. */
export function useEnter<K extends Entering>(name: K) {
  const adopt = useAdoptStatus();
  const router = useRouter();
  return useMutation({
    mutationFn: (args: Args<K>): Promise<WorkspaceStatus> => call(name, ...([args] as never)),
    onSuccess: async (status) => {
      adopt(status);
      await router.invalidate();
    },
  });
}

export function useUpdateProfile() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (args: Args<"update_profile">) => call("update_profile", args),
    onSuccess: (person) => {
      client.setQueryData(profileQuery.queryKey, person);
      return client.invalidateQueries({ queryKey: STATUS_KEY });
    },
  });
}

export function useChangePassword() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (args: Args<"change_password">) => call("change_password", args),
    onSuccess: () => client.invalidateQueries({ queryKey: sessionsQuery.queryKey }),
  });
}

export function useEndSession() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => call("end_session", { id }),
    onSuccess: (rows) => client.setQueryData(sessionsQuery.queryKey, rows),
  });
}

export function useSignOutEverywhere() {
  const adopt = useAdoptStatus();
  const router = useRouter();
  return useMutation({
    mutationFn: () => call("sign_out_everywhere"),
    onSuccess: async (status) => {
      adopt(status);
      await router.invalidate();
    },
  });
}
