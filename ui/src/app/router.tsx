/** All routes together. Addresses live in the hash, so that a reload inside the web view finds its page. */
import type { QueryClient } from "@tanstack/react-query";
import { createHashHistory, createRoute, createRouter, redirect } from "@tanstack/react-router";
import { statusQuery } from "@/backend/queries/session";
import { accountsEntryRoutes, accountsRoutes } from "@/features/accounts/routes";
import { coursesRoutes } from "@/features/courses/routes";
import { dashboardRoutes } from "@/features/dashboard/routes";
import { enrollmentsRoutes } from "@/features/enrollments/routes";
import { learningRoutes } from "@/features/learning/routes";
import { paymentsRoutes } from "@/features/payments/routes";
import { peopleRoutes } from "@/features/people/routes";
import { reportsRoutes } from "@/features/reports/routes";
import { systemRoutes } from "@/features/system/routes";
import { PageFailed, PageMissing } from "./outcomes";
import { entryRoute, frameRoute, rootRoute } from "./parents";
import { homeFor } from "./rail";

const homeRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/",
  beforeLoad: async ({ context }) => {
    const { session } = await context.queryClient.ensureQueryData(statusQuery);
    if (session) throw redirect({ to: homeFor(session.role), replace: true });
  },
});

const routeTree = rootRoute.addChildren([
  entryRoute.addChildren([...accountsEntryRoutes]),
  frameRoute.addChildren([
    homeRoute,
    ...accountsRoutes,
    ...dashboardRoutes,
    ...peopleRoutes,
    ...coursesRoutes,
    ...enrollmentsRoutes,
    ...paymentsRoutes,
    ...learningRoutes,
    ...reportsRoutes,
    ...systemRoutes,
  ]),
]);

export function buildRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree,
    history: createHashHistory(),
    context: { queryClient },
    defaultPreload: "intent",
    defaultPreloadStaleTime: 0,
    defaultPendingMs: 200,
    defaultErrorComponent: PageFailed,
    defaultNotFoundComponent: PageMissing,
    scrollRestoration: false,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof buildRouter>;
  }
}
