/** Addresses of the learning screens. */
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { frameRoute } from "@/app/parents";

export const learningRoutes = [
  createRoute({
    getParentRoute: () => frameRoute,
    path: "/my-courses",
    staticData: { roles: ["student"] },
    component: lazyRouteComponent(() => import("./MyCoursesPage"), "MyCoursesPage"),
  }),
] as const;
