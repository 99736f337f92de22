/**
 * The only caller of Tauri's `invoke`. Commands, their arguments and answers are generated from the
 * backend's table (`@/bindings/Commands`); screens do not call this but the hooks of `queries/`.
 */
import { invoke } from "@tauri-apps/api/core";
import type { Commands } from "@/bindings/Commands";
import { BackendError } from "./error";

export type CommandName = keyof Commands;
export type Args<K extends CommandName> = Commands[K]["args"];
export type Answer<K extends CommandName> = Commands[K]["answer"];

/** Only `Nothing` has keys of the type `symbol`: such commands are called without arguments. */
type Given<K extends CommandName> = symbol extends keyof Args<K> ? [] : [args: Args<K>];

/** Whether a program stands behind the page; false in a plain browser. */
export function hasBackend(): boolean {
  return "__TAURI_INTERNALS__" in window;
}

/** Calls one command. Rejects with a `BackendError`, always. */
export async function call<K extends CommandName>(name: K, ...[args]: Given<K>): Promise<Answer<K>> {
  if (!hasBackend()) {
    throw new BackendError({
      code: "no-backend",
      message: "This page works only inside the Matricula window: there is no program behind it.",
    });
  }
  const asked = invoke<Answer<K>>(name, { args: args ?? {} });
  unanswered.add(asked);
  try {
    return await asked;
  } catch (thrown) {
    throw BackendError.from(thrown);
  } finally {
    unanswered.delete(asked);
  }
}

/** What was asked and is not answered yet. */
const unanswered = new Set<Promise<unknown>>();

/** Resolves when everything that was asked is answered, and what followed from the answers too. */
export async function allAnswered(): Promise<void> {
  while (unanswered.size > 0) {
    await Promise.allSettled(unanswered);
    // what waited for an answer asks on in the same turn
    await new Promise((resume) => setTimeout(resume));
  }
}
