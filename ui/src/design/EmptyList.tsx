/** A list without rows, and what to do next: widen it, wait for the first fetch, or make the first row. */
import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useFirstFetch } from "@/backend/queries/server";
import { EmptyState } from "./EmptyState";

interface EmptyListProps {
  /** Of `useListSearch`. */
  list: { narrowed: boolean; clear: () => void };
  /** An `EmptyState` for the filters that stand, where that nothing fits them is good news of its own. */
  narrowedTo?: ReactNode;
  /** An `EmptyState` for a list nothing keeps rows out of. */
  children: ReactNode;
}

export function EmptyList({ list, narrowedTo, children }: EmptyListProps) {
  const { t } = useTranslation("design");
  const fetching = useFirstFetch();
  const clear = list.narrowed && (
    <Button variant="default" onClick={list.clear}>
      {t("list.clearFilters")}
    </Button>
  );
  if (fetching) {
    const { percent } = fetching;
    return (
      <EmptyState
        title={percent === null ? t("list.fetching") : t("list.fetchingPercent", { percent })}
        body={t("list.fetchingBody")}
        action={clear}
      />
    );
  }
  if (list.narrowed && narrowedTo) return narrowedTo;
  if (list.narrowed)
    return <EmptyState title={t("list.noneTitle")} body={t("list.noneBody")} action={clear} />;
  return children;
}
