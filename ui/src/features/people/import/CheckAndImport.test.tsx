import { mockIPC } from "@tauri-apps/api/mocks";
import { act, cleanup, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { afterEach, expect, it, vi } from "vitest";
import { sit } from "@/backend/held";
import type { Phase } from "@/bindings/Phase";
import { renderAs } from "@/features/server/inRouter";
import { CheckAndImport } from "./CheckAndImport";

vi.setConfig({ testTimeout: 30_000 });

afterEach(() => {
  cleanup();
  Reflect.deleteProperty(window, "__TAURI_INTERNALS__");
});

const counted = {
  created: 2,
  skipped: 0,
  errorCount: 0,
  faultyRows: 0,
  errors: [],
  notes: [],
  cancelled: false,
  import: null,
};
const session = { user: "1" } as never;

it("shows an import under way again, with its Cancel, after the window was locked", async () => {
  let finish: ((outcome: unknown) => void) | undefined;
  const cancelled: unknown[] = [];
  const runs: { dryRun: boolean; task: string }[] = [];
  mockIPC(
    (command, payload) => {
      const { args } = (payload ?? {}) as { args: { dryRun: boolean; task: string } };
      if (command === "import_run") {
        runs.push(args);
        if (args.dryRun) return counted;
        return new Promise((done) => {
          finish = done;
        });
      }
      if (command === "task_cancel") cancelled.push(args);
      return null;
    },
    { shouldMockEvents: true },
  );
  let show: (shown: boolean) => void = () => {};
  function Window() {
    const [shown, setShown] = useState(true);
    show = setShown;
    const file = { name: "people.csv", size: 10, content: "YQ==" };
    return shown ? (
      <CheckAndImport kind="people" file={file as never} mapping={{}} onAnother={() => {}} />
    ) : null;
  }
  const phase = (now: Phase) => act(() => sit({ phase: now, session }));
  const user = userEvent.setup();
  phase("signed-in");
  await renderAs("admin", <Window />);
  await user.click(await screen.findByRole("button", { name: /2/ }));
  await screen.findByRole("progressbar");

  phase("locked");
  act(() => show(false));
  expect(screen.queryByRole("progressbar")).not.toBeInTheDocument();
  phase("signed-in");
  act(() => show(true));
  expect(await screen.findByRole("progressbar")).toBeInTheDocument();
  await user.click(screen.getByRole("button", { name: "Cancel" }));
  await waitFor(() => expect(cancelled).toEqual([{ task: runs[1]?.task }]));
  finish?.({ ...counted, cancelled: true });
  expect(await screen.findByRole("button", { name: /another/i })).toBeInTheDocument();
  expect(runs.map((run) => run.dryRun)).toEqual([true, false]);
});
