/**
 * What somebody is called on the screen. Records hold one and the same name for everybody who was erased;
 * it is said in the reader's language. Names of people stay as they wrote them.
 */
import { useCallback } from "react";
import { useTranslation } from "react-i18next";

/** The name records have of everybody who was erased: `NAMELESS` of the erasing rule. */
export const NAMELESS = "Erased person";

/** A function from the name in a record to the one on the screen; it follows a change of language. */
export function usePersonName(): (name: string) => string {
  const { t } = useTranslation("design");
  return useCallback((name) => (name === NAMELESS ? t("person.erased") : name), [t]);
}
