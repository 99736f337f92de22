/**
 * What a person likes on this computer: density, language, folded rail. The theme is kept by Mantine.
 * Kept in localStorage: it belongs to the desk, not to the institution. The language is each person's own:
 * the one of their profile until they choose another here.
 */
import { useSyncExternalStore } from "react";
import { LANGUAGES, type Language, switchLanguage, systemLanguage } from "@/i18n";
import { readStored, writeStored } from "./stored";

export type Density = "comfortable" | "compact";

export interface Preferences {
  density: Density;
  language: Language;
  railFolded: boolean;
}

/** Who is signed in, as far as a preference depends on it. */
export interface Sitting {
  user: string;
  /** BCP 47, of the profile. */
  language: string;
}

const KEY = "matricula.preferences";
const OWN_KEY = "languages";

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
  // a language taken from a profile is not the computer's
  localStorage.setItem(KEY, JSON.stringify({ ...current, language: change.language ?? desk }));
  apply();
  if (change.language) {
    desk = change.language;
    if (sitting) writeStored(OWN_KEY, { ...ownLanguages(), [sitting.user]: change.language });
  }
  spread(before);
}

/** Languages people chose for themselves on this computer, by person. */
const ownLanguages = () => readStored<Record<string, Language>>(OWN_KEY, {});

/** "de-AT" → "de"; null when the window does not speak it. */
function spoken(tag: string | undefined): Language | null {
  const base = tag?.toLowerCase().split("-")[0] ?? "";
  return base in LANGUAGES ? (base as Language) : null;
}

/** The language of nobody in particular: chosen last on this computer. */
let desk = current.language;
let sitting: Sitting | null = null;

/**
 * Who sits here now. The window speaks what they chose on this computer, else what their profile says; for
 * nobody, what was chosen last.
 */
export function sitDown(who: Sitting | null): void {
  if (who?.user === sitting?.user && who?.language === sitting?.language) return;
  sitting = who;
  const before = current;
  const language = who && (spoken(ownLanguages()[who.user]) ?? spoken(who.language));
  current = { ...current, language: language ?? desk };
  spread(before);
}

function spread(before: Preferences): void {
  if (before.language !== current.language) void switchLanguage(current.language);
  for (const listener of listeners) listener();
}

export function usePreferences(): Preferences {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, preferences);
}
