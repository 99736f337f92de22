/** Addresses of the reports screens. */
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { frameRoute } from "@/app/parents";
import type { Role } from "@/bindings/Role";

const roles: readonly Role[] = ["admin", "instructor", "finance"];

/** What narrows a report: its period, whose empty ends are open, a course, one currency of several. */
export interface ReportSearch {
  from?: string;
  to?: string;
  currency?: string;
  course?: string;
}

const day = (value: unknown) =>
  typeof value === "string" && /^\d{4}-\d{2}-\d{2}$/.test(value) ? value : undefined;

export const reportsRoutes = [
  createRoute({
    getParentRoute: () => frameRoute,
    path: "/reports",
    staticData: { roles },
    component: lazyRouteComponent(() => import("./ReportsPage"), "ReportsPage"),
  }),
  createRoute({
    getParentRoute: () => frameRoute,
    path: "/reports/$name",
    staticData: { roles },
    validateSearch: (search: Record<string, unknown>): ReportSearch => {
      const [from, to] = [day(search.from), day(search.to)];
      const currency = typeof search.currency === "string" ? search.currency : undefined;
      const course = typeof search.course === "string" ? search.course : undefined;
      return {
        ...(from && { from }),
        ...(to && { to }),
        ...(currency && { currency }),
        ...(course && { course }),
      };
    },
    component: lazyRouteComponent(() => import("./ReportPage"), "ReportPage"),
  }),
] as const;
