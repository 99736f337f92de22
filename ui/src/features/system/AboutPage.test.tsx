import { mockIPC } from "@tauri-apps/api/mocks";
import { cleanup, screen } from "@testing-library/react";
import { afterEach, expect, it } from "vitest";
import { renderAs } from "@/features/server/inRouter";
import { AboutPage } from "./AboutPage";

afterEach(() => {
  cleanup();
  Reflect.deleteProperty(window, "__TAURI_INTERNALS__");
});

it.each([
  ["local", /None: everything is kept on this computer/],
  ["online", /Shared with the institution's server/],
  ["offline", /Shared with the institution's server/],
])("says of a workspace that is %s where its records are", async (state, said) => {
  mockIPC(
    (command) =>
      command === "sync_status"
        ? { state, lastContact: null, environment: null }
        : command === "settings"
          ? { device: "D1", replicaPath: "/r" }
          : null,
    { shouldMockEvents: true },
  );
  await renderAs("admin", <AboutPage />);
  expect((await screen.findByText("Server", { selector: "dt" })).nextElementSibling).toHaveTextContent(said);
});
