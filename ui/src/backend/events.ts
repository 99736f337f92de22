/** Events the backend sends to the window. The only caller of Tauri's `listen`. */
import { listen } from "@tauri-apps/api/event";
import { useEffect, useEffectEvent } from "react";
import type { ProgressDto } from "@/bindings/ProgressDto";
import type { SyncStatus } from "@/bindings/SyncStatus";
import { hasBackend } from "./ipc";

/** Name → payload. */
export interface Events {
  /** Documents changed, here or by another program on the same workspace. */
  "data-changed": unknown;
  /** Somebody signed in or out, or the window was locked. */
  "session-changed": unknown;
  /** Long work moved on. */
  progress: ProgressDto;
  /** Somebody asked to close the window: what is held back is saved, then `window_saved` is called. */
  "window-closing": unknown;
  /** Synchronisation moved on, or met something. */
  "sync-changed": SyncStatus;
}

/** Calls `handler` for each event while the component is mounted. Silent where there is no backend. */
export function useBackendEvent<K extends keyof Events>(
  name: K,
  handler: (payload: Events[K]) => void,
): void {
  const onEvent = useEffectEvent(handler);
  useEffect(() => {
    if (!hasBackend()) return;
    let stop: (() => void) | undefined;
    let gone = false;
    void listen<Events[K]>(name, (event) => onEvent(event.payload)).then((unlisten) => {
      if (gone) unlisten();
      else stop = unlisten;
    });
    return () => {
      gone = true;
      stop?.();
    };
  }, [name]);
}
