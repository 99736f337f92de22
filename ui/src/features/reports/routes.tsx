/** Addresses of the reports screens. */
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { frameRoute } from "@/app/parents";
import type { Role } from "@/bindings/Role";

const roles: readonly Role[] = ["admin", "instructor", "finance"];

/** The period of a report; empty ends are open. */
export interface ReportSearch {
  from?: string;
  to?: string;
  currency?: string;
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
      return { ...(from && { from }), ...(to && { to }), ...(currency && { currency }) };
    },
    component: lazyRouteComponent(() => import("./ReportPage"), "ReportPage"),
  }),
] as const;
