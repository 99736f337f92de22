/** Addresses of the system screens. */
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { frameRoute } from "@/app/parents";

export const systemRoutes = [
  createRoute({
    getParentRoute: () => frameRoute,
    path: "/system",
    staticData: { roles: ["admin"] },
    component: lazyRouteComponent(() => import("./SystemPage"), "SystemPage"),
  }),
] as const;
