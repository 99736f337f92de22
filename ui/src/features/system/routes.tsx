/** Addresses of the system screens: one page each, beside a navigation of their own. */
import { createRoute, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { frameRoute } from "@/app/parents";
import { listSearch } from "@/design";

const systemRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/system",
  staticData: { roles: ["admin"] },
  component: lazyRouteComponent(() => import("./SystemLayout"), "SystemLayout"),
});

export const systemRoutes = [
  systemRoute.addChildren([
    createRoute({
      getParentRoute: () => systemRoute,
      path: "/",
      beforeLoad: () => {
        throw redirect({ to: "/system/settings", replace: true });
      },
    }),
    createRoute({
      getParentRoute: () => systemRoute,
      path: "/settings",
      component: lazyRouteComponent(() => import("./SettingsPage"), "SettingsPage"),
    }),
    createRoute({
      getParentRoute: () => systemRoute,
      path: "/verification",
      validateSearch: (raw: Record<string, unknown>): { run?: true } =>
        raw.run === true || raw.run === "true" ? { run: true } : {},
      component: lazyRouteComponent(() => import("./VerificationPage"), "VerificationPage"),
    }),
    createRoute({
      getParentRoute: () => systemRoute,
      path: "/audit",
      validateSearch: listSearch(["actor", "area", "device", "when"]),
      component: lazyRouteComponent(() => import("./AuditPage"), "AuditPage"),
    }),
    createRoute({
      getParentRoute: () => systemRoute,
      path: "/mail",
      component: lazyRouteComponent(() => import("./MailPage"), "MailPage"),
    }),
    createRoute({
      getParentRoute: () => systemRoute,
      path: "/imports",
      component: lazyRouteComponent(() => import("./ImportsPage"), "ImportsPage"),
    }),
    createRoute({
      getParentRoute: () => systemRoute,
      path: "/devices",
      component: lazyRouteComponent(() => import("@/features/desktops/DesktopsPage"), "DesktopsPage"),
    }),
    createRoute({
      getParentRoute: () => systemRoute,
      path: "/sync",
      // everybody may see what of theirs waits
      staticData: { roles: ["admin", "finance", "instructor", "student"] },
      component: lazyRouteComponent(() => import("@/features/server/sync/SyncCentrePage"), "SyncCentrePage"),
    }),
    createRoute({
      getParentRoute: () => systemRoute,
      path: "/server",
      component: lazyRouteComponent(() => import("@/features/server/server/ServerPage"), "ServerPage"),
    }),
    createRoute({
      getParentRoute: () => systemRoute,
      path: "/migrations",
      component: lazyRouteComponent(
        () => import("@/features/server/migrations/MigrationsPage"),
        "MigrationsPage",
      ),
    }),
    createRoute({
      getParentRoute: () => systemRoute,
      path: "/indexes",
      component: lazyRouteComponent(() => import("@/features/server/indexes/IndexesPage"), "IndexesPage"),
    }),
    createRoute({
      getParentRoute: () => systemRoute,
      path: "/maintenance",
      component: lazyRouteComponent(
        () => import("@/features/server/maintenance/MaintenancePage"),
        "MaintenancePage",
      ),
    }),
    createRoute({
      getParentRoute: () => systemRoute,
      path: "/about",
      component: lazyRouteComponent(() => import("./AboutPage"), "AboutPage"),
    }),
  ]),
] as const;
