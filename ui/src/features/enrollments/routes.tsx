/** Addresses of the enrollments screens. */
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { frameRoute } from "@/app/parents";
import { listSearch } from "@/design";

/** Whom and in what to enroll, when the page is reached from a person or a course. */
export interface EnrollSearch {
  course?: string;
  user?: string;
}

export const enrollmentsRoutes = [
  createRoute({
    getParentRoute: () => frameRoute,
    path: "/enrollments",
    staticData: { roles: ["admin", "instructor", "finance"] },
    validateSearch: listSearch(["status", "payment", "course", "enrolled"]),
    component: lazyRouteComponent(() => import("./EnrollmentsPage"), "EnrollmentsPage"),
  }),
  createRoute({
    getParentRoute: () => frameRoute,
    path: "/enrollments/new",
    staticData: { roles: ["admin"] },
    validateSearch: (search: Record<string, unknown>): EnrollSearch => ({
      ...(typeof search.course === "string" ? { course: search.course } : {}),
      ...(typeof search.user === "string" ? { user: search.user } : {}),
    }),
    component: lazyRouteComponent(() => import("./EnrollPage"), "EnrollPage"),
  }),
  createRoute({
    getParentRoute: () => frameRoute,
    path: "/enrollments/$enrollmentId",
    component: lazyRouteComponent(() => import("./EnrollmentPage"), "EnrollmentPage"),
  }),
] as const;
