/** Events the backend sends to the window. The only caller of Tauri's `listen`. */
import { listen } from "@tauri-apps/api/event";
import { useEffect, useEffectEvent } from "react";

/** Name → payload. */
export interface Events {
  /** Documents of these collections changed; lists that show them are read again. */
  "data-changed": { collections: string[] };
  /** Somebody signed in or out, or the window was locked. */
  "session-changed": null;
  /** Long work moved on. `total` is null while it is not known. */
  progress: { job: string; done: number; total: number | null; note: string | null };
}

/** Calls `handler` for each event while the component is mounted. Silent outside the Matricula window. */
export function useBackendEvent<K extends keyof Events>(
  name: K,
  handler: (payload: Events[K]) => void,
): void {
  const onEvent = useEffectEvent(handler);
  useEffect(() => {
    if (!("__TAURI_INTERNALS__" in window)) return;
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
