/** Addresses of the courses screens. */
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { frameRoute } from "@/app/parents";

export const coursesRoutes = [
  createRoute({
    getParentRoute: () => frameRoute,
    path: "/courses",
    staticData: { roles: ["admin", "instructor"] },
    component: lazyRouteComponent(() => import("./CoursesPage"), "CoursesPage"),
  }),
  createRoute({
    getParentRoute: () => frameRoute,
    path: "/catalog",
    component: lazyRouteComponent(() => import("./CatalogPage"), "CatalogPage"),
  }),
] as const;
