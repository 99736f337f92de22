/** For tests: screens at their addresses, with a mocked program behind them. Never part of a build. */
import { MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { QueryClientProvider } from "@tanstack/react-query";
import {
  createMemoryHistory,
  createRootRoute,
  createRoute,
  createRouter,
  Outlet,
  RouterProvider,
} from "@tanstack/react-router";
import { mockIPC } from "@tauri-apps/api/mocks";
import { render } from "@testing-library/react";
import type { FunctionComponent } from "react";
import { createQueryClient } from "@/backend/queries/client";
import { STATUS_KEY } from "@/backend/queries/session";
import type { Role } from "@/bindings/Role";
import type { WorkspaceStatus } from "@/bindings/WorkspaceStatus";
import { ConfirmHost } from "@/design";
import { theme } from "@/design/theme";

type Search = (raw: Record<string, unknown>) => object;
export type Screens = Record<string, { screen: FunctionComponent; search?: Search }>;

/** Opens `at` among `screens`, all of them in the frame. */
export async function openAt(at: string, screens: Screens, role: Role = "admin") {
  // jsdom lays nothing out; a list has to believe in a height
  Object.defineProperties(HTMLElement.prototype, {
    clientHeight: { configurable: true, get: () => 400 },
    clientWidth: { configurable: true, get: () => 800 },
  });
  const client = createQueryClient();
  const status: Partial<WorkspaceStatus> = {
    phase: "signed-in",
    institution: "Northgate College",
    currency: "EUR",
    session: {
      user: "1",
      name: "Grace Hopper",
      email: "grace@northgate.example",
      role,
      language: "en",
      timezone: "UTC",
    },
  };
  client.setQueryData(STATUS_KEY, status);
  const root = createRootRoute({ component: Outlet });
  const frame = createRoute({ getParentRoute: () => root, id: "frame", component: Outlet });
  const routes = Object.entries(screens).map(([path, { screen, search }]) =>
    createRoute({
      getParentRoute: () => frame,
      path,
      component: screen,
      ...(search ? { validateSearch: search } : {}),
    }),
  );
  const router = createRouter({
    routeTree: root.addChildren([frame.addChildren(routes)]),
    history: createMemoryHistory({ initialEntries: [at] }),
  });
  await router.load();
  render(
    // without transitions: what opens is there at once
    <MantineProvider theme={theme} env="test">
      <QueryClientProvider client={client}>
        <Notifications />
        <ConfirmHost>
          <RouterProvider router={router as never} />
        </ConfirmHost>
      </QueryClientProvider>
    </MantineProvider>,
  );
  return { router, client };
}

// biome-ignore lint/suspicious/noExplicitAny: each test knows the arguments of the commands it answers
type Answers = Record<string, (args: any) => unknown>;

/** Answers commands, and keeps what was asked. A command without an answer gets an empty one. */
export function program(answers: Answers): [string, unknown][] {
  const asked: [string, unknown][] = [];
  mockIPC(
    (command, payload) => {
      if (command.startsWith("plugin:")) return null;
      const { args } = payload as { args: unknown };
      asked.push([command, args]);
      return answers[command]?.(args) ?? {};
    },
    { shouldMockEvents: true },
  );
  return asked;
}

export function noProgram(): void {
  Reflect.deleteProperty(window, "__TAURI_INTERNALS__");
}

/** A page of `rows`, as a list command answers. */
export function pageOf<Row>(rows: readonly Row[], { offset, limit }: { offset: number; limit: number }) {
  return { rows: rows.slice(offset, offset + limit), total: rows.length, exact: true };
}
