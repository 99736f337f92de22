/** Addresses of the people screens, and of the imports that bring people and courses in. */
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { frameRoute } from "@/app/parents";
import { listSearch } from "@/design";

export const peopleRoutes = [
  createRoute({
    getParentRoute: () => frameRoute,
    path: "/people",
    staticData: { roles: ["admin"] },
    validateSearch: listSearch(["role", "status"]),
    component: lazyRouteComponent(() => import("./PeoplePage"), "PeoplePage"),
  }),
  createRoute({
    getParentRoute: () => frameRoute,
    path: "/people/new",
    staticData: { roles: ["admin"] },
    component: lazyRouteComponent(() => import("./NewPersonPage"), "NewPersonPage"),
  }),
  createRoute({
    getParentRoute: () => frameRoute,
    path: "/import/$kind",
    staticData: { roles: ["admin"] },
    component: lazyRouteComponent(() => import("./import/ImportPage"), "ImportPage"),
  }),
] as const;
