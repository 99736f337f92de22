/** An amount as people type it: whole minor units, or the text itself while it cannot be read (`TypedMoney`). */
import { TextInput, type TextInputProps } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { formatAmount, moneyExample, readMoney, type TypedMoney } from "./money";

interface MoneyInputProps extends Omit<TextInputProps, "value" | "onChange" | "defaultValue"> {
  value: TypedMoney;
  currency: string;
  onChange: (typed: TypedMoney) => void;
}

export function MoneyInput({ value, currency, onChange, onBlur, error, ...props }: MoneyInputProps) {
  const { i18n } = useTranslation();
  const problem = useMoneyProblem();
  const show = (typed: TypedMoney) =>
    typeof typed === "number" ? formatAmount(typed, currency, i18n.language) : (typed ?? "");
  const [text, setText] = useState(() => show(value));
  const [typing, setTyping] = useState(false);
  const told = useRef(value);
  // set from outside: a reset, "refund all"
  useEffect(() => {
    if (value === told.current) return;
    told.current = value;
    setText(typeof value === "number" ? formatAmount(value, currency, i18n.language) : (value ?? ""));
  }, [value, currency, i18n.language]);
  return (
    <TextInput
      inputMode="decimal"
      autoComplete="off"
      leftSection={currency}
      leftSectionWidth={44}
      {...props}
      error={error ?? (typing ? null : problem(readMoney(text, currency, i18n.language), currency))}
      value={text}
      onChange={(event) => {
        const typed = event.currentTarget.value;
        setTyping(true);
        setText(typed);
        told.current = readMoney(typed, currency, i18n.language);
        onChange(told.current);
      }}
      onBlur={(event) => {
        setTyping(false);
        if (typeof told.current === "number") setText(show(told.current));
        onBlur?.(event);
      }}
    />
  );
}

/** What to say at a field for money that cannot be read; null when it can, or is empty. For `validate`. */
export function useMoneyProblem(): (typed: TypedMoney, currency: string) => string | null {
  const { t, i18n } = useTranslation("design");
  return (typed, currency) =>
    typeof typed === "string"
      ? t("money.unreadable", { text: typed.trim(), example: moneyExample(currency, i18n.language) })
      : null;
}
