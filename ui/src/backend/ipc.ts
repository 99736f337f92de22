/**
 * The only caller of Tauri's `invoke`. Every command is listed, with its arguments and its answer, in
 * `commands/<area>.ts`; screens do not call this but the hooks of `queries/`.
 */
import { invoke, isTauri } from "@tauri-apps/api/core";
import type { Commands } from "./commands";
import { BackendError } from "./error";

type Args<K extends keyof Commands> = Commands[K]["args"];
type Result<K extends keyof Commands> = Commands[K]["result"];

/** Calls one command. Rejects with a `BackendError`, always. */
export async function call<K extends keyof Commands>(
  name: K,
  ...[args]: Args<K> extends null ? [] : [args: Args<K>]
): Promise<Result<K>> {
  if (!("__TAURI_INTERNALS__" in window) && !isTauri()) {
    throw new BackendError({
      code: "no-backend",
      message: "This page works only inside the Matricula window: there is no program behind it.",
    });
  }
  try {
    return await invoke<Result<K>>(name, (args ?? {}) as Record<string, unknown>);
  } catch (thrown) {
    throw BackendError.from(thrown);
  }
}
