/** Something could not be shown: what, why, try again. Says so differently when only the server is missing. */
import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { BackendError } from "@/backend/error";
import { ErrorSentence } from "./Said";
import classes from "./states.module.css";

interface ErrorStateProps {
  /** What could not be shown, as a sentence. */
  title: string;
  error: BackendError;
  onRetry?: () => void;
  /** When it stands for the whole page, its title is the page's heading. */
  page?: boolean;
}

export function ErrorState({ title, error, onRetry, page = false }: ErrorStateProps) {
  const { t } = useTranslation("design");
  const Title = page ? "h1" : "p";
  const offline = error.code === "online-only";
  return (
    <div className={classes.state} role="alert">
      <Title className={classes.title}>{offline ? t("state.offlineTitle") : title}</Title>
      <p className={classes.body}>{offline ? t("state.offlineBody") : <ErrorSentence error={error} />}</p>
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
