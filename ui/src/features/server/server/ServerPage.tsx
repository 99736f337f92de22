/** The institution's server: connecting a local workspace to one, or the health of the one there is. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { syncStatusQuery } from "@/backend/queries/server";
import { ErrorState, PageSkeleton } from "@/design";
import { Attach } from "./Attach";
import { Health } from "./Health";

export function ServerPage() {
  const { t } = useTranslation("server");
  const status = useQuery(syncStatusQuery);
  if (status.isPending) return <PageSkeleton />;
  if (status.isError) {
    return (
      <ErrorState
        page
        title={t("health.failed")}
        error={status.error}
        onRetry={() => void status.refetch()}
      />
    );
  }
  return status.data.state === "local" ? <Attach /> : <Health status={status.data} />;
}
