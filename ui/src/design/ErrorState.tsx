/** Something could not be shown: what, why, try again. Says so differently when only the server is missing. */
import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { BackendError } from "@/backend/error";
import { useErrorText } from "./errorText";
import classes from "./states.module.css";

interface ErrorStateProps {
  /** What could not be shown, as a sentence. */
  title: string;
  error: BackendError;
  onRetry?: () => void;
}

export function ErrorState({ title, error, onRetry }: ErrorStateProps) {
  const { t } = useTranslation("design");
  const textOf = useErrorText();
  const offline = error.code === "offline";
  return (
    <div className={classes.state} role="alert">
      <p className={classes.title}>{offline ? t("state.offlineTitle") : title}</p>
      <p className={classes.body}>{offline ? t("state.offlineBody") : textOf(error)}</p>
      {onRetry && (
        <div className={classes.action}>
          <Button variant="default" onClick={onRetry}>
            {t("state.retry")}
          </Button>
        </div>
      )}
    </div>
  );
}
