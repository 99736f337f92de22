/**
 * The routes every screen hangs under. A feature's `routes.tsx` imports `frameRoute` (signed in, with rail
 * and top bar) or `entryRoute` (bare: first run, sign in) from here and nothing else of `app/`.
 */
import type { QueryClient } from "@tanstack/react-query";
import { createRootRouteWithContext, createRoute, Outlet, redirect } from "@tanstack/react-router";
import { heldAt, hold, release } from "@/backend/held";
import { statusQuery } from "@/backend/queries/session";
import type { Role } from "@/bindings/Role";
import { useLastWords } from "./closing";
import { EntryLayout } from "./EntryLayout";
import { Frame } from "./Frame";
import { gate, type Place } from "./gate";
import { PageMissing, WindowFailed } from "./outcomes";

declare module "@tanstack/react-router" {
  interface StaticDataRouteOption {
    /** Roles that may open the page; absent means everybody who is signed in. */
    roles?: readonly Role[];
    /** For entry pages: which state of the session they are for. */
    place?: Place;
  }
}

export interface RouterContext {
  queryClient: QueryClient;
}

function Root() {
  useLastWords();
  return <Outlet />;
}

export const rootRoute = createRootRouteWithContext<RouterContext>()({
  component: Root,
  errorComponent: WindowFailed,
  notFoundComponent: PageMissing,
});

/** Under which the address is held that a locked window is opened at again. */
const ADDRESS = "address";

async function keepTo(context: RouterContext, place: Place, href: string): Promise<void> {
  const status = await context.queryClient.ensureQueryData(statusQuery);
  const to = gate(status, place);
  if (!to) return;
  if (place === "frame" && status.phase === "locked") hold(ADDRESS, href);
  const left = to === "/" ? heldAt<string>(ADDRESS) : undefined;
  if (left === undefined) throw redirect({ to, replace: true });
  release(ADDRESS);
  throw redirect({ href: left, replace: true });
}

/** First run, sign in, lock, a second factor that is due: nothing around the page. The place is told by the route's `staticData`. */
export const entryRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: "entry",
  component: EntryLayout,
  errorComponent: WindowFailed,
  beforeLoad: async ({ context, matches, location }) => {
    const place = matches.findLast((match) => match.staticData.place)?.staticData.place;
    if (place) await keepTo(context, place, location.href);
  },
});

/** Signed in: rail, top bar, palette. */
export const frameRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: "frame",
  component: Frame,
  errorComponent: WindowFailed,
  beforeLoad: ({ context, location }) => keepTo(context, "frame", location.href),
});
