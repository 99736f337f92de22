/** What stands where a page should be but cannot: missing, failed, not for this role. */
import { type ErrorComponentProps, useRouter } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { BackendError } from "@/backend/error";
import { EmptyState } from "@/design/EmptyState";
import { ErrorState } from "@/design/ErrorState";
import { LinkButton } from "@/design/links";
import classes from "./outcomes.module.css";

export function PageMissing() {
  const { t } = useTranslation("frame");
  return (
    <EmptyState
      page
      title={t("notFound.title")}
      body={t("notFound.body")}
      action={
        <LinkButton to="/" variant="default">
          {t("notFound.home")}
        </LinkButton>
      }
    />
  );
}

export function PageNotAllowed() {
  const { t } = useTranslation("frame");
  return (
    <EmptyState
      page
      title={t("notAllowed.title")}
      body={t("notAllowed.body")}
      action={
        <LinkButton to="/" variant="default">
          {t("notFound.home")}
        </LinkButton>
      }
    />
  );
}

/** When even the frame cannot be shown: the same, but it has to be the page's main part itself. */
export function WindowFailed(props: ErrorComponentProps) {
  return (
    <main className={classes.alone}>
      <PageFailed {...props} />
    </main>
  );
}

export function PageFailed({ error, reset }: ErrorComponentProps) {
  const { t } = useTranslation("frame");
  const router = useRouter();
  return (
    <ErrorState
      page
      title={t("failed.title")}
      error={BackendError.from(error)}
      onRetry={() => {
        reset();
        void router.invalidate();
      }}
    />
  );
}
