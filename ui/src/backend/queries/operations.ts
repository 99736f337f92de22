/** Files in and out, settings, verification: what runs the workspace. */
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { ExportWhat } from "@/bindings/ExportWhat";
import type { FileFormat } from "@/bindings/FileFormat";
import { toast } from "@/design/toast";
import { type Args, call } from "../ipc";

/** Saves a whole list (not only the rows on screen) to the downloads folder and says where. */
export function useSaveList() {
  const { t } = useTranslation("design");
  const save = useMutation({
    mutationFn: (args: { what: ExportWhat; format: FileFormat }) =>
      call("list_save", { ...args, task: crypto.randomUUID() }),
    onError: toast.problem,
    onSuccess: (file) => toast.done(t("saved.file", { path: file.path })),
  });
  return (args: { what: ExportWhat; format: FileFormat }) => save.mutate(args);
}

export function useInspectImport() {
  return useMutation({ mutationFn: (args: Args<"import_inspect">) => call("import_inspect", args) });
}

export function useRunImport() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (args: Args<"import_run">) => call("import_run", args),
    onSuccess: (_, args) => (args.dryRun ? undefined : client.invalidateQueries()),
  });
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
