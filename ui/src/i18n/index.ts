/**
 * Words of the window, in English and German: one file a language and area, `i18n/<language>/<area>.json`.
 * The words of the frame and of the first screens are loaded before anything is drawn, the rest as soon as
 * it stands: a screen that had to wait for its words would be held back by React for 0.3 s.
 */
import i18next, { type BackendModule } from "i18next";
import { initReactI18next } from "react-i18next";

export const LANGUAGES = { en: "English", de: "Deutsch" } as const;
export type Language = keyof typeof LANGUAGES;

export const AREAS = [
  "frame",
  "design",
  "errors",
  "accounts",
  "people",
  "courses",
  "enrollments",
  "payments",
  "learning",
  "reports",
  "system",
  "server",
  "desktops",
  "dashboard",
  "history",
] as const;

const files = import.meta.glob<{ default: Record<string, unknown> }>(["./en/*.json", "./de/*.json"]);

const bundled: BackendModule = {
  type: "backend",
  init() {},
  read(language, area, done) {
    const load = files[`./${language}/${area}.json`];
    if (!load) {
      done(new Error(`no words for ${area} in ${language}`), null);
      return;
    }
    load().then(
      (words) => done(null, words.default),
      (problem) => done(problem, null),
    );
  },
};

/** The language of the operating system if it is one of ours. */
export function systemLanguage(): Language {
  return navigator.language.toLowerCase().startsWith("de") ? "de" : "en";
}

export async function startI18n(language: Language, { everything = false } = {}): Promise<void> {
  await i18next
    .use(bundled)
    .use(initReactI18next)
    .init({
      lng: language,
      showSupportNotice: false,
      fallbackLng: "en",
      ns: everything ? AREAS : ["frame", "design", "errors", "accounts"],
      defaultNS: "frame",
      interpolation: { escapeValue: false },
      returnNull: false,
      // react-i18next suspends until an area's words are there
      react: { useSuspense: true },
    });
  document.documentElement.lang = language;
}

/** Fetches the words of every area that are not here yet, so that no screen waits for its own. */
export async function loadAllWords(): Promise<void> {
  await i18next.loadNamespaces([...AREAS]);
}

export async function switchLanguage(language: Language): Promise<void> {
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
}
