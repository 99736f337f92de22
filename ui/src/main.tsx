/** The window starts here: words, theme variables, router. */
import "@/design/styles";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Providers } from "@/app/providers";
import { buildRouter } from "@/app/router";
import { followSitting } from "@/app/sitting";
import { createQueryClient } from "@/backend/queries/client";
import { statusQuery } from "@/backend/queries/session";
import { preferences } from "@/design/preferences";
import { adoptThemeVariables } from "@/design/theme";
import { loadAllWords, startI18n } from "@/i18n";

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");

const queryClient = createQueryClient();
// the program opens the workspace while the words are on their way
void queryClient.prefetchQuery(statusQuery);
adoptThemeVariables();
await startI18n(preferences().language);
followSitting(queryClient);

const router = buildRouter(queryClient);

createRoot(root).render(
  <StrictMode>
    <Providers queryClient={queryClient}>
      <RouterProvider router={router} />
    </Providers>
  </StrictMode>,
);

requestAnimationFrame(() => void loadAllWords());
