/**
 * The window is about to close: what is held back for a moment is saved first. Whoever holds something back
 * listens to `pagehide`; this knows none of them.
 */
import { useBackendEvent } from "@/backend/events";
import { allAnswered, call } from "@/backend/ipc";

/** Answers the program's question whether the window may close. */
export function useLastWords(): void {
  useBackendEvent("window-closing", () => {
    window.dispatchEvent(new Event("pagehide"));
    // a window that is gone meanwhile needs no answer
    void allAnswered().then(() => call("window_saved").catch(() => undefined));
  });
}
