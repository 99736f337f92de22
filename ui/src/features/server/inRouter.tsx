/** For tests: a component with what every screen stands on, and a router for its links. Never part of a build. */
import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { createMemoryHistory, createRootRoute, createRouter, RouterProvider } from "@tanstack/react-router";
import { render } from "@testing-library/react";
import type { ReactNode } from "react";
import { createQueryClient } from "@/backend/queries/client";
import { STATUS_KEY } from "@/backend/queries/session";
import type { Role } from "@/bindings/Role";
import type { WorkspaceStatus } from "@/bindings/WorkspaceStatus";
import { ConfirmHost } from "@/design";
import { theme } from "@/design/theme";

export async function renderAs(role: Role | null, children: ReactNode) {
  const client = createQueryClient();
  const status: Partial<WorkspaceStatus> = {
    institution: "Northgate College",
    keyring: true,
    session: role && {
      user: "1",
      name: "Grace Hopper",
      email: "grace@northgate.example",
      role,
      language: "en",
      timezone: "UTC",
    },
  };
  client.setQueryData(STATUS_KEY, status);
  const router = createRouter({
    routeTree: createRootRoute({ component: () => children }),
    history: createMemoryHistory(),
  });
  await router.load();
  return render(
    // without transitions: what opens is there at once
    <MantineProvider theme={theme} env="test">
      <QueryClientProvider client={client}>
        <ConfirmHost>
          <RouterProvider router={router as never} />
        </ConfirmHost>
      </QueryClientProvider>
    </MantineProvider>,
  );
}
