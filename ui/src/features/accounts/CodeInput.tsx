/** A one-time code, typed or pasted in any spelling. */
import { TextInput, type TextInputProps } from "@mantine/core";
import { useTranslation } from "react-i18next";
import classes from "./CodeInput.module.css";

export function CodeInput(props: TextInputProps) {
  const { t } = useTranslation("accounts");
  return (
    <TextInput
      label={t("field.oneTimeCode")}
      description={t("field.oneTimeCodeHint")}
      autoComplete="one-time-code"
      autoCapitalize="characters"
      spellCheck={false}
      classNames={{ input: classes.code }}
      {...props}
    />
  );
}
