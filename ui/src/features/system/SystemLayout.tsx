/** The pages of the system side by side with their navigation. */
import { Link, Outlet } from "@tanstack/react-router";
import { Suspense } from "react";
import { useTranslation } from "react-i18next";
import { useSession } from "@/backend/queries/session";
import { PageSkeleton } from "@/design";
import classes from "./system.module.css";

const GROUPS = [
  {
    id: "institution",
    pages: [
      { id: "settings", to: "/system/settings" },
      { id: "mail", to: "/system/mail" },
      { id: "verification", to: "/system/verification" },
      { id: "audit", to: "/system/audit" },
      { id: "imports", to: "/system/imports" },
      { id: "devices", to: "/system/devices" },
      { id: "about", to: "/system/about" },
    ],
  },
  {
    id: "serverGroup",
    pages: [
      { id: "sync", to: "/system/sync" },
      { id: "health", to: "/system/server" },
      { id: "migrations", to: "/system/migrations" },
      { id: "indexes", to: "/system/indexes" },
      { id: "maintenance", to: "/system/maintenance" },
    ],
  },
] as const;

/** Others than administrators come here only to see what of theirs waits: they need no navigation. */
export function SystemLayout() {
  const { t } = useTranslation("system");
  if (useSession()?.role !== "admin") {
    return (
      <div className={classes.content}>
        <Suspense fallback={<PageSkeleton />}>
          <Outlet />
        </Suspense>
      </div>
    );
  }
  return (
    <div className={classes.layout}>
      <nav className={classes.nav} aria-label={t("title")}>
        {GROUPS.map((group) => (
          <div key={group.id} className={classes.navGroup}>
            <h2 className={classes.navTitle} id={`system-${group.id}`}>
              {t(`nav.${group.id}`)}
            </h2>
            <ul aria-labelledby={`system-${group.id}`}>
              {group.pages.map((page) => (
                <li key={page.id}>
                  <Link
                    to={page.to}
                    className={classes.navEntry}
                    activeOptions={{ exact: true, includeSearch: false }}
                  >
                    {t(`nav.${page.id}`)}
                  </Link>
                </li>
              ))}
            </ul>
          </div>
        ))}
      </nav>
      <div className={classes.content}>
        <Suspense fallback={<PageSkeleton />}>
          <Outlet />
        </Suspense>
      </div>
    </div>
  );
}
