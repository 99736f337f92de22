/** An amount of money: tabular numerals, with its currency, right-aligned where it stands in a column. */
import { useTranslation } from "react-i18next";
import classes from "./Money.module.css";
import { formatMoney } from "./money";

interface MoneyProps {
  /** Whole minor units (cents, poisha). Null shows a dash. */
  minor: number | null | undefined;
  /** ISO 4217 code. */
  currency: string;
  /** Quieter, for what is only context. */
  dim?: boolean;
}

export function Money({ minor, currency, dim = false }: MoneyProps) {
  const { i18n } = useTranslation();
  if (minor === null || minor === undefined) return <span className={classes.none}>–</span>;
  return (
    <span className={classes.money} data-dim={dim || undefined}>
      {formatMoney(minor, currency, i18n.language)}
    </span>
  );
}

/** Bound to the current language: `const money = useMoney(); money(125000, "BDT")`. */
export function useMoney(): (minor: number, currency: string) => string {
  const { i18n } = useTranslation();
  return (minor, currency) => formatMoney(minor, currency, i18n.language);
}
