/** Addresses of the payments screens. */
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { frameRoute } from "@/app/parents";

export const paymentsRoutes = [
  createRoute({
    getParentRoute: () => frameRoute,
    path: "/payments",
    staticData: { roles: ["admin", "finance"] },
    component: lazyRouteComponent(() => import("./PaymentsPage"), "PaymentsPage"),
  }),
  createRoute({
    getParentRoute: () => frameRoute,
    path: "/my-payments",
    staticData: { roles: ["student"] },
    component: lazyRouteComponent(() => import("./MyPaymentsPage"), "MyPaymentsPage"),
  }),
] as const;
