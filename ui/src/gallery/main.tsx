/** Entry of the gallery: the shared components with sample data, for looking at. Never part of a build. */
import "@/design/styles";
import { createHashHistory, createRootRoute, createRouter, RouterProvider } from "@tanstack/react-router";
import { createRoot } from "react-dom/client";
import { Providers } from "@/app/providers";
import { createQueryClient } from "@/backend/queries/client";
import { preferences } from "@/design/preferences";
import { adoptThemeVariables } from "@/design/theme";
import { startI18n } from "@/i18n";
import { Gallery } from "./Gallery";
import type { Scenario } from "./run/answers";
import { runWindow } from "./run/main";

const root = document.getElementById("root");
if (!root) throw new Error("gallery.html has no #root");

adoptThemeVariables();
await startI18n(preferences().language, { everything: true });
const query = new URLSearchParams(location.search);
localStorage.setItem("mantine-color-scheme-value", query.get("theme") ?? "light");

const run = query.get("run");
if (run) runWindow(root, run as Scenario);
else showGallery(root);

function showGallery(at: HTMLElement): void {
  const router = createRouter({
    routeTree: createRootRoute({ component: Gallery }),
    history: createHashHistory(),
  });
  createRoot(at).render(
    <Providers queryClient={createQueryClient()}>
      <RouterProvider router={router as never} />
    </Providers>,
  );
}
