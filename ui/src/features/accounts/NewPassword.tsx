/** A password to be chosen, with the rules under it ticking off while one types. */
import { PasswordInput, type PasswordInputProps } from "@mantine/core";
import { IconCheck, IconPoint } from "@tabler/icons-react";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import classes from "./NewPassword.module.css";
import { passwordRules } from "./passwordRules";

export function NewPassword(props: PasswordInputProps & { value?: string }) {
  const { t } = useTranslation("accounts");
  const rules = useId();
  return (
    <div>
      <PasswordInput autoComplete="new-password" aria-describedby={rules} {...props} />
      <ul className={classes.rules} id={rules}>
        {passwordRules(String(props.value ?? "")).map((rule) => (
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
    </div>
  );
}
