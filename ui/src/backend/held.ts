/**
 * What a locked window holds for the person who comes back: where they were, what they had typed and not
 * sent. In memory only, and only while it is locked: signing out, or somebody else, forgets all of it.
 */
import { useEffect, useEffectEvent, useState } from "react";
import type { WorkspaceStatus } from "@/bindings/WorkspaceStatus";

let sitting: string | null = null;
let locked = false;
const held = new Map<string, unknown>();

/** Who sits at the desk now, and whether the window is locked. */
export function sit({ phase, session }: Pick<WorkspaceStatus, "phase" | "session">): void {
  const user = session?.user ?? null;
  if (user !== sitting) held.clear();
  sitting = user;
  locked = phase === "locked";
}

/** Nothing is held of a window that is not locked: leaving a page gives up what was typed there. */
export function hold(key: string, value: unknown): void {
  if (locked && sitting !== null) held.set(key, value);
}

export function heldAt<T>(key: string): T | undefined {
  return held.get(key) as T | undefined;
}

export function release(key: string): void {
  held.delete(key);
}

/** `useState` whose value is there again after the window was locked and opened by the same person. */
export function useHeld<T>(key: string, initial: T): [T, (next: T | ((before: T) => T)) => void] {
  const [value, setValue] = useState<T>(() => (held.has(key) ? (held.get(key) as T) : initial));
  const onLeave = useEffectEvent(() => hold(key, value));
  useEffect(() => {
    release(key);
    return () => onLeave();
  }, [key]);
  return [value, setValue];
}
