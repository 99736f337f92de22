/** A password to be chosen: the rules under it tick off while one types, and a meter says how soon it is guessed. */
import { IconCheck, IconPoint } from "@tabler/icons-react";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import { PasswordField, type PasswordFieldProps } from "@/design/PasswordField";
import classes from "./NewPassword.module.css";
import { PasswordMeter } from "./PasswordMeter";
import { passwordRules } from "./passwordRules";

interface Props extends Omit<PasswordFieldProps, "about"> {
  value?: string;
  /** What a guesser would know: the person's name and address, the institution. */
  about?: readonly string[];
}

export function NewPassword({ about = [], ...props }: Props) {
  const { t } = useTranslation("accounts");
  const rules = useId();
  const password = String(props.value ?? "");
  return (
    <div>
      <PasswordField autoComplete="new-password" aria-describedby={rules} {...props} />
      <ul className={classes.rules} id={rules}>
        {passwordRules(password).map((rule) => (
          <li key={rule.key} data-met={rule.met || undefined}>
            {rule.met ? (
              <IconCheck size={13} stroke={2} aria-label={t("password.met")} />
            ) : (
              <IconPoint size={13} stroke={2} aria-label={t("password.unmet")} />
            )}
            {t(`password.rule.${rule.key}`)}
          </li>
        ))}
      </ul>
      <PasswordMeter password={password} about={about} />
    </div>
  );
}
