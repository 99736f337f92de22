/** Addresses of the courses screens. */
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { frameRoute } from "@/app/parents";
import { listSearch } from "@/design";

/** The field to stand at, when the form is reached from what is still missing. */
export interface EditSearch {
  field?: string;
}

export const coursesRoutes = [
  createRoute({
    getParentRoute: () => frameRoute,
    path: "/courses",
    staticData: { roles: ["admin", "instructor", "finance"] },
    validateSearch: listSearch(["category", "level", "status", "instructor", "currency", "price"]),
    component: lazyRouteComponent(() => import("./CoursesPage"), "CoursesPage"),
  }),
  createRoute({
    getParentRoute: () => frameRoute,
    path: "/catalog",
    validateSearch: listSearch(["category", "level", "instructor", "currency", "price"]),
    component: lazyRouteComponent(() => import("./CatalogPage"), "CatalogPage"),
  }),
  createRoute({
    getParentRoute: () => frameRoute,
    path: "/courses/new",
    staticData: { roles: ["admin", "instructor"] },
    component: lazyRouteComponent(() => import("./NewCoursePage"), "NewCoursePage"),
  }),
  createRoute({
    getParentRoute: () => frameRoute,
    path: "/courses/$courseId",
    component: lazyRouteComponent(() => import("./CoursePage"), "CoursePage"),
  }),
  createRoute({
    getParentRoute: () => frameRoute,
    path: "/courses/$courseId/edit",
    staticData: { roles: ["admin", "instructor"] },
    validateSearch: (search: Record<string, unknown>): EditSearch =>
      typeof search.field === "string" ? { field: search.field } : {},
    component: lazyRouteComponent(() => import("./edit/EditCoursePage"), "EditCoursePage"),
  }),
  createRoute({
    getParentRoute: () => frameRoute,
    path: "/courses/$courseId/curriculum",
    staticData: { roles: ["admin", "instructor"] },
    component: lazyRouteComponent(() => import("./curriculum/CurriculumPage"), "CurriculumPage"),
  }),
] as const;
