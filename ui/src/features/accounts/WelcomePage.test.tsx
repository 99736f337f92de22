import { emit } from "@tauri-apps/api/event";
import { mockIPC } from "@tauri-apps/api/mocks";
import { cleanup, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it } from "vitest";
import { renderAs } from "@/features/server/inRouter";
import { WelcomePage } from "./WelcomePage";

afterEach(() => {
  cleanup();
  Reflect.deleteProperty(window, "__TAURI_INTERNALS__");
});

it("says that the sample is being written when its history is told", async () => {
  mockIPC((command) => (command === "open_sample" ? new Promise(() => undefined) : null), {
    shouldMockEvents: true,
  });
  const user = userEvent.setup();
  await renderAs(null, <WelcomePage />);
  await user.click(await screen.findByRole("button", { name: /sample data/i }));
  await user.click(await screen.findByRole("button", { name: /sample institution/i }));
  const writing = "Writing it into the encrypted file …";

  await emit("progress", { task: "sample", done: 108, total: 109 });
  expect(await screen.findByText("108 of 109")).toBeInTheDocument();
  expect(screen.queryByText(writing)).not.toBeInTheDocument();
  await emit("progress", { task: "sample", done: 109, total: 109 });
  expect(await screen.findByText(writing)).toBeInTheDocument();
});
