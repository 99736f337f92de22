/**
 * The language and the design's words for what lists draw by the hundred. `useTranslation` subscribes to
 * i18next in every component; a cell reads what the window's providers subscribed to once.
 */
import i18next, { type TFunction } from "i18next";
import { createContext, useContext } from "react";

export interface Spoken {
  /** BCP 47, for formats. */
  language: string;
  /** Words of the area `design`. */
  words: TFunction<"design">;
}

/** A sentence that is made when it is drawn, `t` being of the language then: it follows a change of language. */
export type Sentence = (t: typeof i18next.t, language: string) => string;

/** The sentence as the window would say it now. */
export const say = (sentence: Sentence): string => sentence(i18next.t, i18next.language);

export const SpokenContext = createContext<Spoken | null>(null);

/** Outside the providers (a component drawn alone in a test), what i18next speaks at this moment. */
export function useSpoken(): Spoken {
  return (
    useContext(SpokenContext) ?? { language: i18next.language, words: i18next.getFixedT(null, "design") }
  );
}
