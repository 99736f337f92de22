/** An amount as people type it; its value is whole minor units, or null while it is not an amount. */
import { TextInput, type TextInputProps } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { formatAmount, parseMoney } from "./money";

interface MoneyInputProps extends Omit<TextInputProps, "value" | "onChange" | "defaultValue"> {
  value: number | null;
  currency: string;
  onChange: (minor: number | null) => void;
}

export function MoneyInput({ value, currency, onChange, onBlur, ...props }: MoneyInputProps) {
  const { i18n } = useTranslation();
  const show = (minor: number | null) => (minor === null ? "" : formatAmount(minor, currency, i18n.language));
  const [text, setText] = useState(() => show(value));
  const told = useRef(value);
  // set from outside: a reset, "refund all"
  useEffect(() => {
    if (value === told.current) return;
    told.current = value;
    setText(value === null ? "" : formatAmount(value, currency, i18n.language));
  }, [value, currency, i18n.language]);
  return (
    <TextInput
      inputMode="decimal"
      autoComplete="off"
      leftSection={currency}
      leftSectionWidth={44}
      {...props}
      value={text}
      onChange={(event) => {
        const typed = event.currentTarget.value;
        setText(typed);
        told.current = parseMoney(typed, currency, i18n.language);
        onChange(told.current);
      }}
      onBlur={(event) => {
        if (told.current !== null) setText(show(told.current));
        onBlur?.(event);
      }}
    />
  );
}
