/** Addresses of the enrollments screens. */
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { frameRoute } from "@/app/parents";

export const enrollmentsRoutes = [
  createRoute({
    getParentRoute: () => frameRoute,
    path: "/enrollments",
    staticData: { roles: ["admin", "instructor", "finance"] },
    component: lazyRouteComponent(() => import("./EnrollmentsPage"), "EnrollmentsPage"),
  }),
] as const;
