/**
 * What an error says. The program's sentences are English; another language has its own for the frequent
 * ones, and for the rest the sentence of the code, with the program's words after it.
 */
import i18next from "i18next";
import { useTranslation } from "react-i18next";
import { BackendError } from "@/backend/error";
import { said } from "@/i18n/said";
import { say } from "@/i18n/spoken";

export interface ErrorWords {
  /** In the language of the window, unless nothing but `detail` is known. */
  text: string | null;
  /** The program's English, where the window's own words do not say as much. */
  detail: string | null;
}

export function errorWords(thrown: unknown): ErrorWords {
  const { code, message, words } = BackendError.from(thrown);
  if (words) return { text: say(words), detail: null };
  const known = said(message);
  if (known) return { text: known, detail: null };
  if (!i18next.exists(code, { ns: "errors" })) return { text: null, detail: message };
  const general = i18next.t(code as "unexpected", { ns: "errors" });
  return { text: general, detail: code === "no-backend" ? null : message };
}

/** As one text, where no element can stand: "Das wurde nicht gefunden. (The lamp was not found.)" */
export function errorText(thrown: unknown): string {
  const { text, detail } = errorWords(thrown);
  return text && detail ? `${text} (${detail})` : (text ?? detail ?? "");
}

/** `errorText` that follows a change of language. */
export function useErrorText(): (thrown: unknown) => string {
  useTranslation("errors");
  return errorText;
}
