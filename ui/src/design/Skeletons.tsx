/** Grey shapes while something loads. Hidden from screen readers; the place that loads says so itself. */
import { Skeleton } from "@mantine/core";
import { useTranslation } from "react-i18next";
import classes from "./Skeletons.module.css";

export function PageSkeleton() {
  const { t } = useTranslation("design");
  return (
    <div className={classes.page} role="status" aria-label={t("list.loading")}>
      <Skeleton h={26} w={220} />
      <Skeleton h={14} w={340} mt={10} />
      <LinesSkeleton lines={8} />
    </div>
  );
}

export function LinesSkeleton({ lines = 4 }: { lines?: number }) {
  return (
    <div className={classes.lines} aria-hidden="true">
      {Array.from({ length: lines }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: shapes have no identity
        <Skeleton key={i} h={12} w={`${92 - ((i * 17) % 45)}%`} />
      ))}
    </div>
  );
}

export function PanelSkeleton() {
  const { t } = useTranslation("design");
  return (
    <div role="status" aria-label={t("list.loading")}>
      <Skeleton h={20} w="60%" />
      <Skeleton h={12} w="35%" mt={10} />
      <LinesSkeleton lines={6} />
    </div>
  );
}
