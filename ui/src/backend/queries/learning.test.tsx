import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { mockIPC } from "@tauri-apps/api/mocks";
import { act, renderHook, waitFor } from "@testing-library/react";
import type { ReactNode } from "react";
import { afterEach, expect, it } from "vitest";
import type { LearningView } from "@/bindings/LearningView";
import { learningQuery, useCompleteLesson, useOpenLesson } from "./learning";

afterEach(() => {
  Reflect.deleteProperty(window, "__TAURI_INTERNALS__");
});

const view = (progress: number): LearningView => ({
  enrollment: "e",
  rev: 1,
  course: { id: "c", title: "Ink" },
  instructor: { id: "i", name: "Ida" },
  status: "active",
  progress,
  timeSpent: 0,
  currentLesson: null,
  modules: [],
  materials: [],
  notes: [],
  results: [],
  finalScore: null,
  reviewRating: null,
  reviewComment: null,
  mayReview: false,
  toDo: [],
  certificateId: null,
  certificateRevoked: false,
  due: null,
});

function desk() {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  client.setQueryData(learningQuery("e").queryKey, view(0));
  const wrapper = ({ children }: { children: ReactNode }) => (
    <QueryClientProvider client={client}>{children}</QueryClientProvider>
  );
  const { result } = renderHook(
    () => ({
      complete: useCompleteLesson("e", (before) => ({ ...before, progress: 50 })),
      open: useOpenLesson("e"),
    }),
    { wrapper },
  );
  return { hooks: result, progress: () => client.getQueryData(learningQuery("e").queryKey)?.progress };
}

const step = { enrollment: "e", lesson: "l", seconds: 3 };

it("shows a lesson as done at once, and what the backend made of it afterwards", async () => {
  let answer: (view: LearningView) => void = () => {};
  mockIPC(() => new Promise((resolve) => (answer = resolve as typeof answer)));
  const { hooks, progress } = desk();
  act(() => hooks.current.complete.mutate(step));
  await waitFor(() => expect(progress()).toBe(50));
  await act(async () => answer(view(66)));
  await waitFor(() => expect(progress()).toBe(66));
});

it("takes a refused step back", async () => {
  mockIPC(() =>
    Promise.reject({ code: "wrong-state", message: "This lesson opens once the course is paid." }),
  );
  const { hooks, progress } = desk();
  const refused = act(() => hooks.current.complete.mutateAsync(step));
  await expect(refused).rejects.toMatchObject({ code: "wrong-state" });
  expect(progress()).toBe(0);
});

it("sends the steps of a course one after the other, and shows the last answer", async () => {
  const asked: string[] = [];
  const answers: ((view: LearningView) => void)[] = [];
  mockIPC((cmd) => {
    asked.push(cmd);
    return new Promise((resolve) => answers.push(resolve as (view: LearningView) => void));
  });
  const { hooks, progress } = desk();
  act(() => {
    hooks.current.open.mutate({ ...step, seconds: 30 });
    hooks.current.complete.mutate(step);
  });
  await waitFor(() => expect(progress()).toBe(50));
  expect(asked).toEqual(["lesson_open"]);
  await act(async () => answers[0]?.(view(0)));
  await waitFor(() => expect(asked).toEqual(["lesson_open", "lesson_complete"]));
  // the older answer knows nothing of the lesson that is being marked
  expect(progress()).toBe(50);
  await act(async () => answers[1]?.(view(66)));
  await waitFor(() => expect(progress()).toBe(66));
});
