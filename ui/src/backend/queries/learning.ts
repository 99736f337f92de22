/** A student's courses: the cards, one course with its lessons, notes and review, and certificates. */
import { type QueryClient, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import type { LearningView } from "@/bindings/LearningView";
import type { LessonArgs } from "@/bindings/LessonArgs";
import { type Args, call } from "../ipc";

export const myCoursesQuery = queryOptions({
  queryKey: ["learning", "mine"],
  queryFn: () => call("my_courses"),
});

export const learningQuery = (enrollment: string) =>
  queryOptions({
    queryKey: ["learning", "one", enrollment],
    queryFn: () => call("learning", { id: enrollment }),
  });

export const certificateQuery = (enrollment: string) =>
  queryOptions({
    queryKey: ["learning", "certificate", enrollment],
    queryFn: () => call("certificate", { id: enrollment }),
  });

export const certificateCheckQuery = (id: string) =>
  queryOptions({
    queryKey: ["learning", "check", id],
    queryFn: () => call("certificate_check", { id }),
    enabled: id !== "",
    staleTime: 0,
    gcTime: 0,
  });

export const useSaveCertificate = () =>
  useMutation({ mutationFn: (enrollment: string) => call("certificate_save", { id: enrollment }) });

/** The payment an enrollment waits for, to link to it; null when there is none. */
export const duePaymentQuery = (enrollment: string) =>
  queryOptions({
    queryKey: ["payments", "due", enrollment],
    queryFn: async () => {
      const page = await call("payments_list", {
        filter: {
          text: "",
          statuses: ["pending", "processing", "failed"],
          methods: [],
          currency: null,
          user: null,
          course: null,
          enrollment,
          from: null,
          to: null,
          refundRequested: false,
          sort: "created",
          descending: true,
        },
        window: { offset: 0, limit: 1 },
      });
      return page.rows[0]?.id ?? null;
    },
  });

const stepsOf = (enrollment: string) => ["learning-step", enrollment];

async function settle(client: QueryClient, view: LearningView): Promise<void> {
  // a later step is on its way: its answer, not this older one, is what should be seen
  if (client.isMutating({ mutationKey: stepsOf(view.enrollment) }) <= 1) {
    client.setQueryData(learningQuery(view.enrollment).queryKey, view);
  }
  await client.invalidateQueries({
    predicate: ({ queryKey }) =>
      ["enrollments", "timeline", "dashboard", "reports"].includes(String(queryKey[0])) ||
      (queryKey[0] === "learning" && queryKey[1] !== "one"),
  });
}

/**
 * A student's step in one course. Steps of the same enrollment are sent one after the other, in the order
 * they were made. `guess` shows the outcome at once; a refused step is taken back.
 */
function useStep<A>(
  enrollment: string,
  send: (args: A) => Promise<LearningView>,
  guess?: (view: LearningView, args: A) => LearningView,
) {
  const client = useQueryClient();
  const { queryKey } = learningQuery(enrollment);
  return useMutation({
    mutationKey: stepsOf(enrollment),
    scope: { id: stepsOf(enrollment).join(" ") },
    mutationFn: send,
    onMutate: async (args: A) => {
      if (!guess) return {};
      await client.cancelQueries({ queryKey });
      const before = client.getQueryData(queryKey);
      if (before) client.setQueryData(queryKey, guess(before, args));
      return { before };
    },
    onError: (_, __, kept) => {
      if (kept?.before) client.setQueryData(queryKey, kept.before);
      return client.invalidateQueries({ queryKey });
    },
    onSuccess: (view) => settle(client, view),
  });
}

export const useOpenLesson = (enrollment: string) =>
  useStep(enrollment, (args: LessonArgs) => call("lesson_open", args));

export const useCompleteLesson = (
  enrollment: string,
  guess: (view: LearningView, args: LessonArgs) => LearningView,
) => useStep(enrollment, (args: LessonArgs) => call("lesson_complete", args), guess);

export const useAddNote = (enrollment: string) =>
  useStep(enrollment, (args: Args<"note_add">) => call("note_add", args));

export const useRemoveNote = (enrollment: string) =>
  useStep(
    enrollment,
    (note: string) => call("note_remove", { enrollment, note }),
    (view, note) => ({ ...view, notes: view.notes.filter((one) => one.id !== note) }),
  );

export const useSaveReview = (enrollment: string) =>
  useStep(enrollment, (args: Args<"review_save">) => call("review_save", args));
