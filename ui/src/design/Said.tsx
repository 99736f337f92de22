/** What the program said, for the eye and for a screen reader: English that stays English is marked as English. */
import { useTranslation } from "react-i18next";
import { said } from "@/i18n/said";
import { errorWords } from "./errorText";

/** The sentence for an error; follows a change of language. */
export function ErrorSentence({ error }: { error: unknown }) {
  useTranslation("errors");
  const { text, detail } = errorWords(error);
  if (!detail) return text;
  if (!text) return <span lang="en">{detail}</span>;
  return (
    <>
      {text} <q lang="en">{detail}</q>
    </>
  );
}

/** A sentence of the program that came without a code: a finding, a warning, why a letter waits. */
export function Said({ children }: { children: string }) {
  const { i18n } = useTranslation("errors");
  const known = said(children);
  if (known) return known;
  return i18n.language === "en" ? children : <span lang="en">{children}</span>;
}
