/** Why is it in this state: the rule, payment or person that put it there, and what comes next. */
import type { ReactNode } from "react";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import type { Tone } from "./tokens";
import { When } from "./When";
import classes from "./WhyCard.module.css";

interface WhyCardProps {
  tone: Tone;
  /** "Payment R-07-000123 of 250.00 GBP was recorded by Grace Hopper." */
  because: ReactNode;
  /** A `TextLink` to the cause. */
  link?: ReactNode;
  at?: string | null;
  /** "It becomes completed when the last lesson is done." */
  next?: ReactNode;
}

export function WhyCard({ tone, because, link, at, next }: WhyCardProps) {
  const { t } = useTranslation("design");
  const id = useId();
  return (
    <section className={classes.why} data-tone={tone} aria-labelledby={id}>
      <h3 id={id} className={classes.title}>
        {t("why.title")}
      </h3>
      <p className={classes.because}>
        {because} {link}
      </p>
      {at && (
        <p className={classes.meta}>
          <When at={at} format="exact" />
        </p>
      )}
      {next && <p className={classes.next}>{next}</p>}
    </section>
  );
}
