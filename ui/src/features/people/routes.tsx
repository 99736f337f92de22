/** Addresses of the people screens. */
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { frameRoute } from "@/app/parents";

export const peopleRoutes = [
  createRoute({
    getParentRoute: () => frameRoute,
    path: "/people",
    staticData: { roles: ["admin"] },
    component: lazyRouteComponent(() => import("./PeoplePage"), "PeoplePage"),
  }),
] as const;
