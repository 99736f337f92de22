import { cleanup, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { listSearch } from "@/design";
import { noProgram, openAt, pageOf, program } from "@/features/lists/inAddresses";
import { CoursesPage } from "./CoursesPage";

vi.setConfig({ testTimeout: 30_000 });

beforeEach(() => {
  localStorage.clear();
  vi.stubGlobal(
    "IntersectionObserver",
    class {
      observe() {}
      disconnect() {}
    },
  );
});
afterEach(() => {
  cleanup();
  noProgram();
});

const screens = {
  "/courses": {
    screen: CoursesPage,
    search: listSearch(["category", "level", "status", "instructor", "currency", "price"]),
  },
  "/courses/$courseId": { screen: () => <h1>One course</h1> },
};
const rows = [1, 2, 3].map((n) => ({
  id: `c${n}`,
  title: `Course ${n}`,
  instructor: { id: "i", name: "Ada" },
  status: "published",
  isPublic: true,
  category: null,
  level: null,
  totalLessons: 3,
  enrollments: 0,
  ratingCount: 0,
  price: { minor: 0, currency: "EUR" },
  createdAt: "2026-03-01T09:00:00Z",
}));
const desk = () => program({ courses_list: ({ window }) => pageOf(rows, window) });

it("has its view in the address: what was chosen is there again on the way back", async () => {
  desk();
  const user = userEvent.setup();
  const { router } = await openAt('/courses?status=["published"]', screens);
  await screen.findByRole("grid", { name: "Courses" });
  await user.click(screen.getByRole("radio", { name: "Cards" }));
  expect(await screen.findByRole("list", { name: "Courses" })).toBeInTheDocument();
  expect(router.state.location.search).toEqual({ status: ["published"], view: "cards" });
  await user.click(screen.getByRole("link", { name: "Course 2" }));
  expect(await screen.findByRole("heading", { name: "One course" })).toBeInTheDocument();
  expect(router.state.location.state.foundIn?.search).toEqual({ status: ["published"], view: "cards" });
  router.history.back();
  await waitFor(async () => expect(await screen.findByRole("link", { name: "Course 2" })).toHaveFocus());
});

it("an address says which view, whatever was chosen last here", async () => {
  desk();
  localStorage.setItem("matricula.courses.view", JSON.stringify({ view: "cards" }));
  await openAt("/courses?view=table", screens);
  expect(await screen.findByRole("grid", { name: "Courses" })).toBeInTheDocument();
});
