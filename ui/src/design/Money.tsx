/** An amount of money: tabular numerals, with its currency, right-aligned where it stands in a column. */
import { useSpoken } from "@/i18n/spoken";
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
  const { language } = useSpoken();
  if (minor === null || minor === undefined) return <span className={classes.none}>–</span>;
  return (
    <span className={classes.money} data-dim={dim || undefined}>
      {formatMoney(minor, currency, language)}
    </span>
  );
}

/** Bound to the current language: `const money = useMoney(); money(125000, "BDT")`. */
export function useMoney(): (minor: number, currency: string) => string {
  const { language } = useSpoken();
  return (minor, currency) => formatMoney(minor, currency, language);
}
