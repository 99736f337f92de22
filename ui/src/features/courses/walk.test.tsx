import { cleanup, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { CourseDetail } from "@/bindings/CourseDetail";
import type { CourseFilter } from "@/bindings/CourseFilter";
import type { CourseRowDto } from "@/bindings/CourseRowDto";
import { listSearch } from "@/design";
import { noProgram, openAt, pageOf, program } from "@/features/lists/inAddresses";
import { CatalogPage } from "./CatalogPage";
import { CoursePage } from "./CoursePage";
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

const row = (n: number): CourseRowDto => ({
  id: `c${n}`,
  title: `Course ${n}`,
  category: null,
  level: null,
  status: n % 2 ? "draft" : "published",
  isPublic: true,
  price: { minor: 0, currency: "EUR" },
  instructor: { id: "i", name: "Ada" },
  totalLessons: 0,
  enrollments: 0,
  ratingAverage: 0,
  ratingCount: 0,
  publishedAt: null,
  createdAt: "2026-03-01T09:00:00Z",
});

const detail = (one: CourseRowDto): CourseDetail => ({
  ...one,
  rev: 1,
  why: null,
  reviewNote: null,
  fields: {
    title: one.title,
    slug: null,
    description: "",
    fullDescription: null,
    category: null,
    subcategory: null,
    level: null,
    tags: [],
    priceMinor: 0,
    originalPriceMinor: null,
    currency: "EUR",
    durationWeeks: null,
    durationHours: null,
    durationDescription: null,
    requirements: [],
    whatYouWillLearn: [],
    targetAudience: [],
    instructor: "i",
    thumbnail: null,
    previewVideo: null,
    materials: [],
    assessments: [],
    isPublic: true,
    metaTitle: null,
    metaDescription: null,
    keywords: [],
  },
  curriculum: [],
  instructorBio: null,
  views: 0,
  updatedAt: one.createdAt,
  missing: [],
  verbs: {
    edit: true,
    editPrice: true,
    assignInstructor: false,
    submit: false,
    requestChanges: false,
    publish: false,
    unpublish: false,
    archive: false,
    restore: false,
    enroll: false,
    enrollMyself: false,
    seeStudents: false,
  },
  myEnrollment: null,
  reviews: [],
});

/** Twenty courses, every other one published; in the order that is asked for. */
function desk() {
  const rows = Array.from({ length: 20 }, (_, n) => row(n));
  return program({
    courses_list: ({ filter, window }: { filter: CourseFilter; window: never }) => {
      const kept = rows.filter(({ status }) => !filter.statuses.length || filter.statuses.includes(status));
      return pageOf(filter.descending ? kept.toReversed() : kept, window);
    },
    course: ({ id }: { id: string }) => detail(rows.find((one) => one.id === id) ?? row(0)),
    my_courses: () => [],
    timeline: () => [],
    record_pending: () => ({ waiting: [], conflicts: 0 }),
  });
}

const FILTERS = ["category", "level", "status", "instructor", "currency", "price"];
const screens = {
  "/courses": { screen: CoursesPage, search: listSearch(FILTERS) },
  "/catalog": { screen: CatalogPage, search: listSearch(FILTERS) },
  "/courses/$courseId": { screen: CoursePage },
  "/courses/$courseId/curriculum": { screen: () => <h1>Curriculum</h1> },
};

it("goes through the list a course was opened from, as it was filtered and sorted", async () => {
  desk();
  const user = userEvent.setup();
  await openAt('/courses?status=["draft"]&sort=title&dir=desc', screens);
  await user.click(await screen.findByText("Course 15"));
  expect(await screen.findByRole("heading", { level: 1, name: "Course 15" })).toBeInTheDocument();
  const walk = screen.getByRole("group", { name: "In the list" });
  expect(await within(walk).findByText("3 of 10")).toBeInTheDocument();
  await user.click(within(walk).getByRole("button", { name: "Next in the list" }));
  expect(await screen.findByRole("heading", { level: 1, name: "Course 13" })).toBeInTheDocument();
  await user.keyboard("kk");
  expect(await screen.findByRole("heading", { level: 1, name: "Course 17" })).toBeInTheDocument();
  await user.keyboard("j");
  expect(await screen.findByRole("heading", { level: 1, name: "Course 15" })).toBeInTheDocument();
});

it("goes through the cards of the catalog, which has what is published", async () => {
  desk();
  const user = userEvent.setup();
  const { router } = await openAt("/catalog", screens, "student");
  await user.click(await screen.findByRole("link", { name: "Course 2" }));
  await screen.findByRole("heading", { level: 1, name: "Course 2" });
  expect(await screen.findByText("2 of 10")).toBeInTheDocument();
  await user.keyboard("j");
  expect(await screen.findByRole("heading", { level: 1, name: "Course 4" })).toBeInTheDocument();
  await user.click(screen.getByRole("link", { name: "Catalog" }));
  expect(await screen.findByRole("link", { name: "Course 4" })).toHaveFocus();
  expect(router.history.length).toBe(3);
});

it("writing at the curriculum is no way out of the list", async () => {
  desk();
  const user = userEvent.setup();
  const { router } = await openAt("/courses", screens);
  await user.click(await screen.findByText("Course 4"));
  await screen.findByText("5 of 20");
  await user.click(screen.getByRole("link", { name: "Outline" }));
  expect(await screen.findByRole("heading", { name: "Curriculum" })).toBeInTheDocument();
  expect(router.state.location.state.foundIn?.place.key).toBe("c4");
});

it("a course opened by its address has no list to walk", async () => {
  desk();
  await openAt("/courses/c4", screens);
  expect(await screen.findByRole("heading", { level: 1, name: "Course 4" })).toBeInTheDocument();
  expect(screen.queryByRole("group", { name: "In the list" })).not.toBeInTheDocument();
});
