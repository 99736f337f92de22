import { cleanup, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import type { EnrollmentDetail } from "@/bindings/EnrollmentDetail";
import type { EnrollmentFilter } from "@/bindings/EnrollmentFilter";
import type { EnrollmentRowDto } from "@/bindings/EnrollmentRowDto";
import { listSearch } from "@/design";
import { noProgram, openAt, pageOf, program } from "@/features/lists/inAddresses";
import { EnrollmentPage } from "./EnrollmentPage";
import { EnrollmentsPage } from "./EnrollmentsPage";

vi.setConfig({ testTimeout: 30_000 });

afterEach(() => {
  cleanup();
  noProgram();
});

const EUR = { minor: 1000, currency: "EUR" as const };
const row = (n: number): EnrollmentRowDto => ({
  id: `e${n}`,
  student: { id: `s${n}`, name: `Student ${n}` },
  course: { id: "c", title: "Algebra" },
  status: n % 2 ? "completed" : "active",
  enrolledAt: "2026-03-01T09:00:00Z",
  progress: 0,
  finalScore: null,
  paymentStatus: null,
  amount: EUR,
  attempt: 1,
  completedAt: null,
});

const detail = (one: EnrollmentRowDto): EnrollmentDetail => ({
  ...one,
  rev: 1,
  studentEmail: "s@x.example",
  instructor: { id: "i", name: "Ida" },
  why: { code: "free-course", params: {}, since: null, by: null, link: null },
  startedAt: null,
  endedAt: null,
  endReason: null,
  price: EUR,
  timeSpent: 0,
  lastAccessAt: null,
  lessons: [],
  results: [],
  certificateId: null,
  certificateIssuedAt: null,
  certificateRevokedAt: null,
  payments: [],
  history: [],
  verbs: {
    cancel: true,
    reopen: false,
    recordPayment: false,
    retryPayment: false,
    refund: false,
    grade: false,
    revokeCertificate: false,
  },
});

/** Forty enrollments, every other one active; in the order that is asked for. */
function desk() {
  const rows = Array.from({ length: 40 }, (_, n) => row(n));
  return program({
    enrollments_list: ({ filter, window }: { filter: EnrollmentFilter; window: never }) => {
      const kept = rows.filter(({ status }) => !filter.statuses.length || filter.statuses.includes(status));
      return pageOf(filter.descending ? kept.toReversed() : kept, window);
    },
    enrollment: ({ id }: { id: string }) => detail(rows.find((one) => one.id === id) ?? row(0)),
    timeline: () => [],
    record_pending: () => ({ waiting: [], conflicts: 0 }),
  });
}

const screens = {
  "/enrollments": {
    screen: EnrollmentsPage,
    search: listSearch(["status", "payment", "course", "enrolled"]),
  },
  "/enrollments/$enrollmentId": { screen: EnrollmentPage },
};
const ACTIVE = '/enrollments?status=["active"]&sort=student&dir=';

it("goes through the list an enrollment was opened from, as it was filtered and sorted", async () => {
  desk();
  const user = userEvent.setup();
  const { router } = await openAt(`${ACTIVE}asc`, screens, "finance");
  await user.click(await screen.findByText("Student 4"));
  expect(await screen.findByRole("heading", { name: "Student 4" })).toBeInTheDocument();
  const walk = screen.getByRole("group", { name: "In the list" });
  expect(await within(walk).findByText("3 of 20")).toBeInTheDocument();
  await user.click(within(walk).getByRole("button", { name: "Next in the list" }));
  // the one between them is completed
  expect(await screen.findByRole("heading", { name: "Student 6" })).toBeInTheDocument();
  expect(screen.getByRole("button", { name: "Next in the list" })).toHaveFocus();
  await user.keyboard("j");
  expect(await screen.findByRole("heading", { name: "Student 8" })).toBeInTheDocument();
  await user.keyboard("kk");
  expect(await screen.findByRole("heading", { name: "Student 4" })).toBeInTheDocument();
  await user.click(screen.getByRole("link", { name: "Enrollments" }));
  await screen.findByRole("grid", { name: "Enrollments" });
  expect(router.state.location.search).toEqual({ status: ["active"], sort: "student", dir: "asc" });
});

it("goes the other way round where the list was turned round", async () => {
  desk();
  const user = userEvent.setup();
  await openAt(`${ACTIVE}desc`, screens, "finance");
  await user.click(await screen.findByText("Student 34"));
  expect(await screen.findByText("3 of 20")).toBeInTheDocument();
  await user.keyboard("j");
  expect(await screen.findByRole("heading", { name: "Student 32" })).toBeInTheDocument();
});

it("does not leave an enrollment with which something is begun", async () => {
  desk();
  const user = userEvent.setup();
  await openAt(`${ACTIVE}asc`, screens, "finance");
  await user.click(await screen.findByText("Student 4"));
  await screen.findByText("3 of 20");
  await user.click(screen.getByRole("button", { name: "More actions" }));
  await user.click(await screen.findByRole("menuitem", { name: "Cancel enrollment" }));
  const dialog = await screen.findByRole("dialog", { name: /Student 4/ });
  await user.type(within(dialog).getByRole("textbox", { name: "Reason" }), "just kidding");
  within(dialog).getByRole("button", { name: "Cancel enrollment" }).focus();
  await user.keyboard("j");
  expect(screen.getByRole("heading", { name: "Student 4", hidden: true })).toBeInTheDocument();
  expect(dialog).toBeInTheDocument();
  await user.keyboard("{Escape}j");
  expect(await screen.findByRole("heading", { name: "Student 6" })).toBeInTheDocument();
  expect(screen.queryByRole("dialog")).not.toBeInTheDocument();
});

it("an enrollment opened by its address has no list to walk", async () => {
  desk();
  await openAt("/enrollments/e4", screens, "finance");
  expect(await screen.findByRole("heading", { name: "Student 4" })).toBeInTheDocument();
  expect(screen.queryByRole("group", { name: "In the list" })).not.toBeInTheDocument();
});

it.each([
  ["finance", 1],
  ["instructor", 0],
] as const)("says that nothing is to pay only to who sees payments: %s", async (role, said) => {
  desk();
  await openAt("/enrollments", screens, role);
  await screen.findAllByText("Algebra");
  expect(screen.queryAllByRole("columnheader", { name: "Payment" })).toHaveLength(said);
  expect(screen.queryAllByRole("button", { name: "Payment" })).toHaveLength(said);
  expect(screen.queryAllByText("Nothing to pay").length > 0).toBe(said > 0);
});
