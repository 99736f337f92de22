/** How soon a password is guessed, in words and five steps. It advises; what is refused, the backend refuses. */
import { useTranslation } from "react-i18next";
import { usePasswordStrength } from "@/backend/queries/accounts";
import classes from "./PasswordMeter.module.css";
import { passwordFits } from "./passwordRules";

const WARNINGS = ["keyboard", "repeats", "common", "similar", "sequence", "date", "word", "name"] as const;
type Warning = (typeof WARNINGS)[number];
const SCORES = ["0", "1", "2", "3", "4"] as const;

const isWarning = (text: string | null): text is Warning => WARNINGS.some((one) => one === text);

export function PasswordMeter({ password, about }: { password: string; about: readonly string[] }) {
  const { t } = useTranslation("accounts");
  const strength = usePasswordStrength(password, about);
  if (!strength || password === "") return null;
  const step = SCORES[strength.score] ?? "0";
  const refused = passwordFits(password) && !strength.acceptable;
  const word = t(`strength.score.${step}`);
  return (
    <div className={classes.meter} data-score={step}>
      <div
        className={classes.bar}
        role="meter"
        aria-label={t("strength.label")}
        aria-valuemin={0}
        aria-valuemax={4}
        aria-valuenow={strength.score}
        aria-valuetext={word}
      >
        {SCORES.map((each) => (
          <span key={each} data-on={each <= step || undefined} />
        ))}
      </div>
      <p aria-live="polite">
        <strong>{word}</strong>
        {isWarning(strength.warning) && <> {t(`strength.warning.${strength.warning}`)}</>}
        {refused && <> {t("strength.refused")}</>}
      </p>
    </div>
  );
}
