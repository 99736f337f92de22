/** The two shapes of a page: one that scrolls as a whole, and a list that fills the window. */
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useFirstFetch, useSyncStatus } from "@/backend/queries/server";
import classes from "./Page.module.css";
import { When } from "./When";

/** A page that scrolls. `width`: reading and forms are narrow, records and reports wide. */
export function Page({
  children,
  width = "wide",
}: {
  children: ReactNode;
  width?: "narrow" | "wide" | "full";
}) {
  return (
    <div className={classes.scroll}>
      <div className={classes.page} data-width={width}>
        {children}
      </div>
    </div>
  );
}

interface ListPageProps {
  header: ReactNode;
  /** Usually a `FilterBar`. */
  toolbar?: ReactNode;
  /** A `DataList`; it takes the height that is left. */
  children: ReactNode;
  /** A `SidePanel`, or null. The list stays usable beside it. */
  panel?: ReactNode;
}

export function ListPage({ header, toolbar, children, panel }: ListPageProps) {
  return (
    <div className={classes.split}>
      <div className={classes.listPage}>
        <div className={classes.head}>{header}</div>
        <HowOld />
        {toolbar}
        <div className={classes.fill}>{children}</div>
      </div>
      {panel}
    </div>
  );
}

/** One quiet line where rows may be missing or old: the server is away, or the first fetch is under way. */
function HowOld() {
  const { t } = useTranslation("design");
  const status = useSyncStatus();
  const fetching = useFirstFetch();
  if (fetching) {
    const { percent } = fetching;
    return (
      <p className={classes.old} role="status">
        {percent === null ? t("list.fetching") : t("list.fetchingPercent", { percent })}
      </p>
    );
  }
  if (status?.state !== "offline") return null;
  return (
    <p className={classes.old} role="status">
      {status.lastContact ? (
        <>
          {t("list.offlineSince")} <When at={status.lastContact} />
        </>
      ) : (
        t("list.offline")
      )}
    </p>
  );
}

/** A part of a page under a quiet heading, set off by a hairline. */
export function Section({
  title,
  actions,
  children,
}: {
  title: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}) {
  return (
    <section className={classes.section}>
      <div className={classes.sectionHead}>
        <h2>{title}</h2>
        {actions}
      </div>
      {children}
    </section>
  );
}

/** Term and value pairs, aligned. */
export function Facts({ items }: { items: { label: ReactNode; value: ReactNode }[] }) {
  return (
    <dl className={classes.facts}>
      {items.map((item, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the order is fixed by the caller
        <div key={i}>
          <dt>{item.label}</dt>
          <dd>{item.value}</dd>
        </div>
      ))}
    </dl>
  );
}
