/** Addresses of the enrollments screens. */
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { frameRoute } from "@/app/parents";
import { listSearch } from "@/design";

/** Whom and in what to enroll, when the page is reached from a person or a course. */
export interface EnrollSearch {
  course?: string;
  user?: string | string[];
}

declare module "@tanstack/react-router" {
  interface HistoryState {
    /** On the way to enrolling: who the people of the address are, so that they are shown by name. */
    people?: { id: string; name: string; email: string }[];
  }
}

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((one) => typeof one === "string");

export const enrollmentsRoutes = [
  createRoute({
    getParentRoute: () => frameRoute,
    path: "/enrollments",
    staticData: { roles: ["admin", "instructor", "finance"] },
    validateSearch: listSearch(["status", "payment", "user", "course", "enrolled"]),
    component: lazyRouteComponent(() => import("./EnrollmentsPage"), "EnrollmentsPage"),
  }),
  createRoute({
    getParentRoute: () => frameRoute,
    path: "/enrollments/new",
    staticData: { roles: ["admin"] },
    validateSearch: (search: Record<string, unknown>): EnrollSearch => ({
      ...(typeof search.course === "string" ? { course: search.course } : {}),
      ...(typeof search.user === "string" || isTexts(search.user) ? { user: search.user } : {}),
    }),
    component: lazyRouteComponent(() => import("./EnrollPage"), "EnrollPage"),
  }),
  createRoute({
    getParentRoute: () => frameRoute,
    path: "/enrollments/$enrollmentId",
    component: lazyRouteComponent(() => import("./EnrollmentPage"), "EnrollmentPage"),
  }),
] as const;
