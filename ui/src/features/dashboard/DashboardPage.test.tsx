import { cleanup, screen } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { noProgram, openAt, program } from "@/features/lists/inAddresses";
import { DashboardPage } from "./DashboardPage";

vi.setConfig({ testTimeout: 30_000 });

afterEach(() => {
  cleanup();
  noProgram();
});

const empty = {
  activeEnrollments: 0,
  completedEnrollments: null,
  newEnrollments: null,
  completionRate: null,
  revenueThisMonth: [],
  revenueByMonth: [],
  enrollmentsByMonth: [],
  students: null,
  publishedCourses: null,
  paymentsWaiting: [],
  refundRequests: null,
  underReview: null,
  recent: [],
  provenance: { source: "replica", asOf: "2026-03-01T09:00:00Z", timezone: "UTC" },
};

it.each([
  ["initial", 1, 0],
  ["online", 0, 1],
])("the first fetch is told in place of what waits: %s", async (state, fetching, nothing) => {
  program({
    dashboard: () => empty,
    sync_status: () => ({ state }),
    sync_centre: () => ({ collections: [{ done: 1, total: 4 }] }),
  });
  await openAt("/dashboard", { "/dashboard": { screen: DashboardPage } });
  await screen.findByRole("heading", { name: "Dashboard" });
  if (fetching) await screen.findByText(/still being fetched from the server, 25%/);
  expect(screen.queryAllByText(/still being fetched/)).toHaveLength(fetching);
  expect(screen.queryAllByText("Nothing waits. All is decided.")).toHaveLength(nothing);
});

it.each([
  ["founded just now", 0, 0, 1],
  ["at work", 3, 1, 0],
])("an institution %s is told where to begin, or shown its charts", async (_, students, courses, begins) => {
  program({
    dashboard: () => ({ ...empty, students, publishedCourses: courses }),
    sync_status: () => ({ state: "local" }),
  });
  await openAt("/dashboard", { "/dashboard": { screen: DashboardPage } });
  await screen.findByRole("heading", { name: "Dashboard" });
  expect(screen.queryAllByRole("link", { name: "Write the first course" })).toHaveLength(begins);
});
