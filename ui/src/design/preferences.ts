/**
 * What a person likes on this computer: density, language, folded rail. The theme is kept by Mantine.
 * Kept in localStorage: it belongs to the desk, not to the institution.
 */
import { useSyncExternalStore } from "react";
import { LANGUAGES, type Language, switchLanguage, systemLanguage } from "@/i18n";

export type Density = "comfortable" | "compact";

export interface Preferences {
  density: Density;
  language: Language;
  railFolded: boolean;
}

const KEY = "matricula.preferences";

/** Reads what was stored, field by field: an older or broken value loses only itself. */
export function readPreferences(stored: string | null): Preferences {
  let raw: Record<string, unknown> = {};
  try {
    raw = (JSON.parse(stored ?? "{}") as Record<string, unknown> | null) ?? {};
  } catch {
    // a broken value is the same as none
  }
  return {
    density: raw.density === "compact" ? "compact" : "comfortable",
    language:
      typeof raw.language === "string" && raw.language in LANGUAGES
        ? (raw.language as Language)
        : systemLanguage(),
    railFolded: raw.railFolded === true,
  };
}

let current = readPreferences(localStorage.getItem(KEY));
const listeners = new Set<() => void>();

function apply(): void {
  document.documentElement.dataset.density = current.density;
}
apply();

export function preferences(): Preferences {
  return current;
}

export function setPreferences(change: Partial<Preferences>): void {
  const before = current;
  current = { ...current, ...change };
  localStorage.setItem(KEY, JSON.stringify(current));
  apply();
  if (before.language !== current.language) void switchLanguage(current.language);
  for (const listener of listeners) listener();
}

export function usePreferences(): Preferences {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, preferences);
}
