/** Pages that speak only of a server: in a local workspace they say so, and lead to where one is connected. */
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { syncStatusQuery } from "@/backend/queries/server";
import { EmptyState, ErrorState, LinkButton, PageSkeleton } from "@/design";

export function NeedsServer({ title, children }: { title: "migrations" | "indexes"; children: ReactNode }) {
  const { t } = useTranslation("server");
  const status = useQuery(syncStatusQuery);
  if (status.isPending) return <PageSkeleton />;
  if (status.isError) {
    return (
      <ErrorState
        page
        title={t(`${title}.failed`)}
        error={status.error}
        onRetry={() => void status.refetch()}
      />
    );
  }
  if (status.data.state !== "local") return children;
  return (
    <EmptyState
      page
      title={t(`${title}.localTitle`)}
      body={t(`${title}.localBody`)}
      action={<LinkButton to="/system/server">{t("sync.connect")}</LinkButton>}
    />
  );
}
