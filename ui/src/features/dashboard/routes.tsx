/** Addresses of the dashboard screens. */
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { frameRoute } from "@/app/parents";

export const dashboardRoutes = [
  createRoute({
    getParentRoute: () => frameRoute,
    path: "/dashboard",
    staticData: { roles: ["admin", "instructor", "finance"] },
    component: lazyRouteComponent(() => import("./DashboardPage"), "DashboardPage"),
  }),
] as const;
