import { useQueryClient } from "@tanstack/react-query";
import { mockIPC } from "@tauri-apps/api/mocks";
import { cleanup, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { settingsQuery } from "@/backend/queries/system";
import type { SettingsDto } from "@/bindings/SettingsDto";
import { renderAs } from "@/features/server/inRouter";
import { SettingsPage } from "./SettingsPage";

vi.setConfig({ testTimeout: 30_000 });

afterEach(() => {
  cleanup();
  Reflect.deleteProperty(window, "__TAURI_INTERNALS__");
});

/** Settings kept as the backend keeps them: guarded by their revision. */
function backend() {
  let kept = {
    rev: 1,
    institution: "Northgate College",
    timezone: "UTC",
    currency: "EUR",
    refundThresholdMinor: 10_000,
    idleMinutes: 15,
    registration: false,
    language: "en",
    keepBcrypt: false,
    requireSecondFactor: false,
    device: "D1",
    replicaPath: "/r",
  } as unknown as SettingsDto;
  mockIPC(
    (command, payload) => {
      if (command === "settings") return kept;
      if (command === "settings_update") {
        const { args } = payload as { args: SettingsDto };
        if (args.rev !== kept.rev) throw { code: "stale", message: "Somebody was faster.", field: null };
        kept = { ...args, rev: kept.rev + 1 };
        return kept;
      }
      return null;
    },
    { shouldMockEvents: true },
  );
  return {
    now: () => kept,
    elsewhere: (change: Partial<SettingsDto>) => {
      kept = { ...kept, ...change, rev: kept.rev + 1 };
    },
  };
}

async function open() {
  function Page() {
    const client = useQueryClient();
    return (
      <>
        <button type="button" onClick={() => void client.invalidateQueries(settingsQuery)}>
          Data changed
        </button>
        <SettingsPage />
      </>
    );
  }
  const user = userEvent.setup();
  await renderAs("admin", <Page />);
  const name = await screen.findByLabelText("Name of the institution");
  return { user, name };
}
const save = () => screen.getByRole("button", { name: /Save/ });
const threshold = () => screen.getByLabelText("Refunds without a second person, up to");

it("keeps what is being typed when somebody else saves, and shows what they changed beside it", async () => {
  const { elsewhere, now } = backend();
  const { user, name } = await open();
  await user.type(name, " of Arts");
  elsewhere({ idleMinutes: 30 });
  await user.click(screen.getByRole("button", { name: "Data changed" }));
  await waitFor(() => expect(screen.getByDisplayValue("30")).toBeInTheDocument());
  expect(name).toHaveValue("Northgate College of Arts");
  await user.click(save());
  await waitFor(() => expect(now().institution).toBe("Northgate College of Arts"));
  expect(now().idleMinutes).toBe(30);
});

it("does not write over what somebody else saved in the same field without saying so", async () => {
  const { elsewhere, now } = backend();
  const { user, name } = await open();
  await user.type(name, " of Arts");
  elsewhere({ institution: "Southgate" });
  await user.click(screen.getByRole("button", { name: "Data changed" }));
  await user.click(save());
  expect(await screen.findByText(/Somebody else wrote “Southgate” here meanwhile/)).toBeInTheDocument();
  expect(screen.getByRole("alert")).toHaveTextContent("Somebody was faster.");
  expect(name).toHaveValue("Northgate College of Arts");
  expect(now().institution).toBe("Southgate");
  await user.click(save());
  await waitFor(() => expect(now().institution).toBe("Northgate College of Arts"));
});

it("saves nothing while the threshold cannot be read, and keeps what was typed", async () => {
  const { now } = backend();
  const { user } = await open();
  await user.clear(threshold());
  await user.type(threshold(), "12,50");
  await user.click(save());
  expect(await screen.findByText(/“12,50” is not an amount/)).toBeInTheDocument();
  expect(threshold()).toHaveValue("12,50");
  expect(now().rev).toBe(1);
});
