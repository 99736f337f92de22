/** Whole lists to files. */
import { useIsMutating, useMutation } from "@tanstack/react-query";
import type { ExportWhat } from "@/bindings/ExportWhat";
import { type Args, call } from "../ipc";

/**
 * Saves a whole list (not only the rows on screen) to the downloads folder. `pending` is true wherever it was
 * started from: one file of a list is written at a time. Progress and cancelling go by `task`.
 */
export function useSaveList(list: ExportWhat["list"]) {
  const mutationKey = ["list_save", list];
  const pending = useIsMutating({ mutationKey }) > 0;
  const { mutateAsync } = useMutation({
    mutationKey,
    mutationFn: (args: Args<"list_save">) => call("list_save", args),
  });
  return { save: mutateAsync, pending };
}
