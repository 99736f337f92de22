import { emit } from "@tauri-apps/api/event";
import { mockIPC } from "@tauri-apps/api/mocks";
import { cleanup, render, waitFor } from "@testing-library/react";
import { afterEach, expect, it } from "vitest";
import { call } from "@/backend/ipc";
import { useLastWords } from "./closing";

afterEach(() => {
  cleanup();
  Reflect.deleteProperty(window, "__TAURI_INTERNALS__");
});

function Page() {
  useLastWords();
  return null;
}

it("saves what is held back before it lets the window close", async () => {
  const said: string[] = [];
  let answer: (value: unknown) => void = () => {};
  mockIPC(
    (command) => {
      said.push(command);
      if (command === "curriculum_save") return new Promise((resolve) => (answer = resolve));
      return {};
    },
    { shouldMockEvents: true },
  );
  render(<Page />);
  await waitFor(async () => {
    if (said.includes("curriculum_save")) return;
    await emit("window-closing");
    expect(said).toContain("curriculum_save");
  });
  expect(said).not.toContain("window_saved");
  answer({});
  await waitFor(() => expect(said).toContain("window_saved"));
});

// somebody who holds an edit back until the page goes
window.addEventListener("pagehide", () => {
  void call("curriculum_save", {} as never).catch(() => {});
});
