/** Files in and out, settings, verification: what runs the workspace. */
import {
  type MutationState,
  queryOptions,
  useMutation,
  useMutationState,
  useQueryClient,
} from "@tanstack/react-query";
import type { ImportOutcome } from "@/bindings/ImportOutcome";
import type { BackendError } from "../error";
import { type Args, call } from "../ipc";

export function useInspectImport() {
  return useMutation({ mutationFn: (args: Args<"import_inspect">) => call("import_inspect", args) });
}

/**
 * The runs of one import, checks and the writing one. They go on, and are known, whatever becomes of the
 * screen that started them: `checked` and `written` are how the last of each stands.
 */
export function useRunImport(task: string) {
  const client = useQueryClient();
  const mutationKey = ["import_run", task];
  const runs = useMutationState({
    filters: { mutationKey },
    select: ({ state }) => state as MutationState<ImportOutcome, BackendError, Args<"import_run">>,
  });
  const { mutate } = useMutation({
    mutationKey,
    gcTime: Number.POSITIVE_INFINITY,
    mutationFn: (args: Args<"import_run">) => call("import_run", args),
    onSuccess: (_, args) => (args.dryRun ? undefined : client.invalidateQueries()),
  });
  return {
    start: mutate,
    checked: runs.findLast((run) => run.variables?.dryRun),
    written: runs.findLast((run) => run.variables && !run.variables.dryRun),
  };
}

export const importsQuery = queryOptions({
  queryKey: ["imports"],
  queryFn: () => call("imports_list"),
});

export function useUndoImport() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => call("import_undo", { id }),
    onSuccess: () => client.invalidateQueries(),
  });
}

export const cancelTask = (task: string) => call("task_cancel", { task });
