/** The sentence for an error: the language's own for its code when there is one, else the backend's message. */
import i18next from "i18next";
import { useTranslation } from "react-i18next";
import { BackendError } from "@/backend/error";

export function errorText(thrown: unknown): string {
  const error = BackendError.from(thrown);
  // the backend's English message is better than a general English one, so only other languages look up
  const known = i18next.language !== "en" && i18next.exists(error.code, { ns: "errors" });
  return known ? i18next.t(error.code as "unexpected", { ns: "errors" }) : error.message;
}

/** `errorText` that follows a change of language. */
export function useErrorText(): (thrown: unknown) => string {
  useTranslation("errors");
  return errorText;
}
