/** The institution's desktops: who is signed in where, inviting, joining, moving and shutting out. */
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import type { Desktops } from "@/bindings/Desktops";
import { type Args, call } from "../ipc";
import { useAdoptStatus } from "./session";

export const desktopsQuery = queryOptions({
  queryKey: ["desktops"],
  queryFn: () => call("desktops"),
});

/** Sealed files in the downloads folder, offered before a workspace is open. */
export const sealedFilesQuery = queryOptions({
  queryKey: ["sealed_files"],
  queryFn: () => call("sealed_files"),
});

type Changing = "desktop_session_end" | "person_sign_out" | "desktop_revoke";

/** The commands that answer with the desktops as they are then. */
export function useChangeDesktops<K extends Changing>(name: K) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (args: Args<K>): Promise<Desktops> => call(name, ...([args] as never)),
    onSuccess: (desktops) => client.setQueryData(desktopsQuery.queryKey, desktops),
  });
}

export function useInviteDesktop() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (args: Args<"desktop_invite">) => call("desktop_invite", args),
    onSuccess: () => client.invalidateQueries({ queryKey: desktopsQuery.queryKey }),
  });
}

export function useDropLogin() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => call("desktop_login_drop", { id }),
    onSuccess: () => client.invalidateQueries({ queryKey: desktopsQuery.queryKey }),
  });
}

export function useExportWorkspace() {
  return useMutation({ mutationFn: (args: Args<"export_workspace">) => call("export_workspace", args) });
}

export function useJoinInstitution() {
  const adopt = useAdoptStatus();
  const router = useRouter();
  return useMutation({
    mutationFn: (args: Args<"join_institution">) => call("join_institution", args),
    onSuccess: async (status) => {
      adopt(status);
      await router.invalidate();
    },
  });
}

/** Opens an exported workspace. The window moves on with `enter`, when what was found has been read. */
export function useOpenExport() {
  const adopt = useAdoptStatus();
  const router = useRouter();
  const opening = useMutation({ mutationFn: (args: Args<"open_export">) => call("open_export", args) });
  const enter = async () => {
    if (!opening.data) return;
    adopt(opening.data.status);
    await router.invalidate();
  };
  return { opening, enter };
}
