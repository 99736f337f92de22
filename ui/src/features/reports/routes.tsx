/** Addresses of the reports screens. */
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { frameRoute } from "@/app/parents";

export const reportsRoutes = [
  createRoute({
    getParentRoute: () => frameRoute,
    path: "/reports",
    staticData: { roles: ["admin", "instructor", "finance"] },
    component: lazyRouteComponent(() => import("./ReportsPage"), "ReportsPage"),
  }),
] as const;
