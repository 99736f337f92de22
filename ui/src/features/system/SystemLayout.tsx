/** The pages of the system side by side with their navigation. */
import { Link, Outlet } from "@tanstack/react-router";
import { Suspense } from "react";
import { useTranslation } from "react-i18next";
import { PageSkeleton } from "@/design";
import classes from "./system.module.css";

const PAGES = [
  { id: "settings", to: "/system/settings" },
  { id: "verification", to: "/system/verification" },
  { id: "audit", to: "/system/audit" },
  { id: "imports", to: "/system/imports" },
  { id: "about", to: "/system/about" },
] as const;

export function SystemLayout() {
  const { t } = useTranslation("system");
  return (
    <div className={classes.layout}>
      <nav className={classes.nav} aria-label={t("title")}>
        <h2 className={classes.navTitle}>{t("title")}</h2>
        <ul>
          {PAGES.map((page) => (
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
      </nav>
      <div className={classes.content}>
        <Suspense fallback={<PageSkeleton />}>
          <Outlet />
        </Suspense>
      </div>
    </div>
  );
}
