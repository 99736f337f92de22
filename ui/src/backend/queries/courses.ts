/** Courses: the catalog, one of them, its outline, its way to publication. */
import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import type { CourseDetail } from "@/bindings/CourseDetail";
import type { CourseFilter } from "@/bindings/CourseFilter";
import { type Args, type CommandName, call } from "../ipc";

const ALL: CourseFilter = {
  text: "",
  categories: [],
  levels: [],
  statuses: [],
  instructor: null,
  currency: null,
  priceMin: null,
  priceMax: null,
  sort: "title",
  descending: false,
};

export const coursesPage = (filter: Partial<CourseFilter>) => (offset: number, limit: number) =>
  call("courses_list", { filter: { ...ALL, ...filter }, window: { offset, limit } });

const CARDS = 48;

/** The same list for cards: a stretch after the other. */
export const courseCardsQuery = (filter: CourseFilter) =>
  infiniteQueryOptions({
    queryKey: ["courses", "cards", filter],
    queryFn: ({ pageParam }) => coursesPage(filter)(pageParam, CARDS),
    initialPageParam: 0,
    getNextPageParam: (last, pages) => {
      const seen = pages.reduce((sum, page) => sum + page.rows.length, 0);
      return last.rows.length < CARDS ? undefined : seen;
    },
  });

export const courseQuery = (id: string) =>
  queryOptions({ queryKey: ["courses", "one", id], queryFn: () => call("course", { id }) });

type CourseCommand = {
  [K in CommandName]: K extends "course"
    ? never
    : K extends `course_${string}` | "curriculum_save"
      ? K
      : never;
}[CommandName];

/** A change of one course: the answer is the course as it is now. */
export function useChangeCourse<K extends CourseCommand>(name: K) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (args: Args<K>): Promise<CourseDetail> =>
      call(name as "course_create", args as Args<"course_create">),
    onSuccess: async (course) => {
      client.setQueryData(courseQuery(course.id).queryKey, course);
      await client.invalidateQueries({
        predicate: ({ queryKey }) =>
          ["timeline", "dashboard"].includes(String(queryKey[0])) ||
          (queryKey[0] === "courses" && queryKey[1] !== "one"),
      });
    },
  });
}

/** Enrolls the signed-in student. Everything that tells where they stand is read again. */
export function useEnrollMyself() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (args: Args<"enroll_myself">) => call("enroll_myself", args),
    onSuccess: () => client.invalidateQueries(),
  });
}
