import { notifications } from "@mantine/notifications";
import { emit } from "@tauri-apps/api/event";
import { act, cleanup, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import type { VerifyReport } from "@/bindings/VerifyReport";
import { noProgram, openAt, program } from "@/features/lists/inAddresses";
import { switchLanguage } from "@/i18n";
import { VerificationPage } from "./VerificationPage";

vi.setConfig({ testTimeout: 30_000 });

afterEach(async () => {
  notifications.clean();
  cleanup();
  noProgram();
  await switchLanguage("en");
});

const report: VerifyReport = {
  people: 12,
  courses: 3,
  enrollments: 30,
  payments: 31,
  ledgerRows: 33,
  auditEvents: 80,
  findings: [],
  tookMs: 1500,
};

/** A program that reads until it is let go. */
function slow() {
  let finish: (answer: unknown) => void = () => {};
  let refuse: (problem: unknown) => void = () => {};
  const asked = program({
    verify: () =>
      new Promise((resolve, reject) => {
        finish = resolve;
        refuse = reject;
      }),
  });
  const runs = () => asked.filter(([name]) => name === "verify").map(([, args]) => args as { task: string });
  return {
    asked,
    runs,
    task: () => runs().at(-1)?.task ?? "",
    finish: (over: Partial<VerifyReport> = {}) => act(async () => finish({ ...report, ...over })),
    refuse: (code: string, message: string) => act(async () => refuse({ code, message })),
  };
}

const screens = {
  "/system/verification": {
    screen: VerificationPage,
    search: (raw: Record<string, unknown>) => (raw.run ? { run: true } : {}),
  },
  "/y": { screen: () => <p>elsewhere</p> },
};
const PANEL = { name: "Reading and checking everything…" };

it("says how far it is and at what, wherever one has been meanwhile, and then what it found", async () => {
  const desk = slow();
  const user = userEvent.setup();
  const { router } = await openAt("/system/verification", screens);
  expect(await screen.findByText("Not verified since the program was started")).toBeInTheDocument();
  await user.click(screen.getByRole("button", { name: "Verify now" }));
  await screen.findByRole("region", PANEL);
  await act(() => emit("progress", { task: "another", stage: "trail", done: 1, total: 2 }));
  await act(() => emit("progress", { task: desk.task(), stage: "ledger", done: 500, total: 2000 }));
  expect(await screen.findByText("500 of 2,000")).toBeInTheDocument();
  expect(screen.getByText("The ledger's chains")).toBeInTheDocument();
  await act(() => router.navigate({ to: "/y" as never }));
  await screen.findByText("elsewhere");
  await act(() => router.navigate({ to: "/system/verification" as never }));
  await screen.findByRole("region", PANEL);
  expect(desk.runs()).toHaveLength(1);
  await desk.finish();
  expect(await screen.findByText("Everything fits together")).toBeInTheDocument();
  expect(screen.queryByRole("region", PANEL)).not.toBeInTheDocument();
  expect(screen.getByRole("button", { name: "Verify again" })).toBeEnabled();
});

it("can be stopped, which is no failure, and shows what was found before", async () => {
  const desk = slow();
  const user = userEvent.setup();
  await openAt("/system/verification?run=true", screens);
  await screen.findByRole("region", PANEL);
  await desk.finish();
  await user.click(await screen.findByRole("button", { name: "Verify again" }));
  await user.click(await screen.findByRole("button", { name: "Cancel" }));
  expect(desk.asked).toContainEqual(["task_cancel", { task: desk.task() }]);
  expect(await screen.findByText("Stopping…")).toBeInTheDocument();
  expect(screen.queryByRole("button", { name: "Cancel" })).not.toBeInTheDocument();
  await desk.refuse("cancelled", "Stopped; not everything was looked at.");
  expect(await screen.findByText("Stopped; not everything was looked at.")).toBeInTheDocument();
  expect(screen.getByText("Everything fits together")).toBeInTheDocument();
  expect(screen.queryByRole("alert")).not.toBeInTheDocument();
  const [first, second] = desk.runs();
  expect(first?.task).not.toBe(second?.task);
});

it("says why it could not finish, and tries again", async () => {
  const desk = slow();
  const user = userEvent.setup();
  await openAt("/system/verification?run=true", screens);
  await waitFor(() => expect(desk.runs()).toHaveLength(1));
  await desk.refuse("unexpected", "The disk is gone.");
  expect(await screen.findByText("Verification could not finish")).toBeInTheDocument();
  await user.click(screen.getByRole("button", { name: "Try again" }));
  await waitFor(() => expect(desk.runs()).toHaveLength(2));
  await desk.finish();
  expect(await screen.findByText("Everything fits together")).toBeInTheDocument();
});

it.each([
  ["en", "Sums kept for reports (1)"],
  ["de", "Für Berichte gehaltene Summen (1)"],
] as const)(
  "names the kind of what was found in words, its technical name beside the record (%s)",
  async (language, title) => {
    const desk = slow();
    await switchLanguage(language);
    await openAt("/system/verification?run=true", screens);
    await waitFor(() => expect(desk.runs()).toHaveLength(1));
    await desk.finish({
      findings: [
        { check: "rollup.revenue_daily", record: "2026-03-01 EUR", message: "13 is kept, 14 is right." },
        { check: "ledger-sum", record: "p1", message: "More was refunded than was paid." },
      ],
    });
    expect(await screen.findByRole("heading", { name: title })).toBeInTheDocument();
    expect(screen.getByText("rollup.revenue_daily").parentElement).toHaveTextContent(
      "rollup.revenue_daily 2026-03-01 EUR",
    );
    expect(screen.queryByText("ledger-sum")).not.toBeInTheDocument();
  },
);
