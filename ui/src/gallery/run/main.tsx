/** The real window over invented answers. Never part of a build. */

import { RouterProvider } from "@tanstack/react-router";
import { mockIPC } from "@tauri-apps/api/mocks";
import { createRoot } from "react-dom/client";
import { Providers } from "@/app/providers";
import { buildRouter } from "@/app/router";
import { createQueryClient } from "@/backend/queries/client";
import { answersOf, type Scenario } from "./answers";

export function runWindow(root: HTMLElement, scenario: Scenario): void {
  const answers = answersOf(scenario);
  mockIPC(
    (command, payload) => {
      const { args } = (payload ?? {}) as { args?: unknown };
      const answer = answers[command];
      return answer ? answer(args as never) : { rows: [], total: 0 };
    },
    { shouldMockEvents: true },
  );
  const queryClient = createQueryClient();
  createRoot(root).render(
    <Providers queryClient={queryClient}>
      <RouterProvider router={buildRouter(queryClient)} />
    </Providers>,
  );
}
