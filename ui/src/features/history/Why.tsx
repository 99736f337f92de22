/** "Why is it in this state", told from the backend's code and figures. */
import { useTranslation } from "react-i18next";
import type { WhyDto } from "@/bindings/WhyDto";
import { type Tone, WhyCard } from "@/design";
import { RecordLink } from "./RecordLink";
import { nextSentence, whySentence } from "./sentences";

/** A payment without a receipt is named by its amount, which the sentence has told already. */
const AMOUNT = /^[A-Z]{3} [\d.,]+$/;

export function Why({ why, tone }: { why: WhyDto; tone: Tone }) {
  const { t } = useTranslation("history");
  const params = why.by ? { ...why.params, by: why.by.name } : why.params;
  const because = whySentence(why.code, params);
  // a person the sentence names already is not named twice
  const named = why.link?.collection === "users" && because.includes(why.link.label ?? "");
  return (
    <WhyCard
      tone={tone}
      because={because}
      at={why.since}
      next={nextSentence(why.code)}
      link={
        why.link?.label &&
        !named && (
          <RecordLink collection={why.link.collection} id={why.link.id}>
            {why.link.collection === "payments" && AMOUNT.test(why.link.label)
              ? t("payment")
              : why.link.label}
          </RecordLink>
        )
      }
    />
  );
}
