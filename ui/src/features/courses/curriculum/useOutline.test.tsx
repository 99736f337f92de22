import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { clearMocks, mockIPC } from "@tauri-apps/api/mocks";
import { act, renderHook, waitFor } from "@testing-library/react";
import type { ReactNode } from "react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { CourseDetail } from "@/bindings/CourseDetail";
import type { ModuleDto } from "@/bindings/ModuleDto";
import type { SaveCurriculum } from "@/bindings/SaveCurriculum";
import { addLesson, newLesson, update } from "./outline";
import { useOutline } from "./useOutline";

const MODULES: ModuleDto[] = [
  {
    id: "A",
    title: "A",
    description: null,
    duration: null,
    lessons: ["a1", "a2"].map((id) => ({
      id,
      title: id,
      description: null,
      duration: null,
      kind: "video",
      isFree: false,
    })),
  },
];

/** A course kept as the backend keeps it: guarded by its revision, identifiers for what is new. */
function desk() {
  let course = { id: "c", rev: 1, curriculum: MODULES } as CourseDetail;
  let made = 0;
  const sent: SaveCurriculum[] = [];
  const store = (modules: ModuleDto[]) => {
    course = {
      ...course,
      rev: course.rev + 1,
      curriculum: modules.map((module) => ({
        ...module,
        id: module.id ?? `M${++made}`,
        lessons: module.lessons.map((lesson) => ({ ...lesson, id: lesson.id ?? `l${++made}` })),
      })),
    };
  };
  mockIPC((command, payload) => {
    if (command === "course") return course;
    const { args } = payload as { args: SaveCurriculum };
    sent.push(args);
    if (args.rev !== course.rev) throw { code: "stale", message: "Somebody was faster.", field: null };
    store(args.modules);
    return course;
  });
  return { sent, course: () => course, elsewhere: store };
}

const titles = (modules: readonly { title: string; lessons: { title: string }[] }[]) =>
  modules.map((module) => [module.title, ...module.lessons.map((lesson) => lesson.title)].join(" "));

function open(course: CourseDetail, user = "me") {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const wrapper = ({ children }: { children: ReactNode }) => (
    <QueryClientProvider client={client}>{children}</QueryClientProvider>
  );
  return renderHook(({ course }) => useOutline(course, user), { wrapper, initialProps: { course } });
}

describe("an outline that saves itself", () => {
  beforeEach(() => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
  });
  afterEach(() => {
    vi.useRealTimers();
    clearMocks();
  });

  it("saves once after a rest, and knows the identifiers of what was new", async () => {
    const { sent, course } = desk();
    const { result } = open(course());
    const lesson = newLesson();
    act(() => result.current.change(addLesson(result.current.outline, "a1", lesson)));
    expect(result.current.saving.state).toBe("saved");
    for (const title of ["N", "Ne", "New"]) {
      act(() => result.current.change(update(result.current.outline, lesson.key, { title })));
    }
    expect(result.current.saving.state).toBe("waiting");
    await act(() => vi.advanceTimersByTimeAsync(900));
    await waitFor(() => expect(result.current.saving.state).toBe("saved"));
    expect(sent).toHaveLength(1);
    expect(titles(course().curriculum)).toEqual(["A a1 New a2"]);
    expect(result.current.outline[0]?.lessons[1]).toMatchObject({ key: lesson.key, id: "l1" });
  });

  it("holds a deletion back until it can no longer be undone", async () => {
    const { sent, course } = desk();
    const { result } = open(course());
    let undo: (() => Promise<void>) | null = null;
    act(() => {
      undo = result.current.remove("a1");
    });
    await act(() => vi.advanceTimersByTimeAsync(5_000));
    expect(sent).toHaveLength(0);
    await act(() => undo?.() ?? Promise.resolve());
    expect(titles(result.current.outline)).toEqual(["A a1 a2"]);
    await act(() => vi.advanceTimersByTimeAsync(12_000));
    expect(sent).toHaveLength(0);
    act(() => {
      result.current.remove("a1");
    });
    await act(() => vi.advanceTimersByTimeAsync(11_000));
    await waitFor(() => expect(titles(course().curriculum)).toEqual(["A a2"]));
  });

  it("saves other changes at once while a deletion waits for its Undo", async () => {
    const { sent, course } = desk();
    const { result } = open(course());
    let undo: (() => Promise<void>) | null = null;
    act(() => {
      undo = result.current.remove("a1");
    });
    act(() => result.current.change(update(result.current.outline, "a2", { title: "typed" })));
    await act(() => vi.advanceTimersByTimeAsync(400));
    await waitFor(() => expect(titles(course().curriculum)).toEqual(["A a1 typed"]));
    expect(titles(result.current.outline)).toEqual(["A typed"]);
    expect(result.current.saving.state).toBe("waiting");
    await act(() => undo?.() ?? Promise.resolve());
    expect(titles(result.current.outline)).toEqual(["A a1 typed"]);
    expect(result.current.saving.state).toBe("saved");

    act(() => {
      result.current.remove("a1");
      result.current.remove("a2");
    });
    await act(() => vi.advanceTimersByTimeAsync(11_000));
    await waitFor(() => expect(titles(course().curriculum)).toEqual(["A"]));
    await waitFor(() => expect(result.current.saving.state).toBe("saved"));
    expect(sent).toHaveLength(2);
  });

  it("saves what was typed as soon as one turns away from the window", async () => {
    const { course } = desk();
    const { result } = open(course());
    act(() => {
      result.current.remove("a1");
    });
    act(() => result.current.change(update(result.current.outline, "a2", { title: "typed" })));
    act(() => {
      window.dispatchEvent(new Event("blur"));
    });
    await act(() => vi.advanceTimersByTimeAsync(10));
    await waitFor(() => expect(titles(course().curriculum)).toEqual(["A a1 typed"]));
    act(() => {
      window.dispatchEvent(new Event("pagehide"));
    });
    await act(() => vi.advanceTimersByTimeAsync(10));
    await waitFor(() => expect(titles(course().curriculum)).toEqual(["A typed"]));
  });

  it("asks before it writes over somebody else's outline, and can bring both together", async () => {
    const { course, elsewhere } = desk();
    const { result } = open(course());
    elsewhere(update(result.current.outline, "a1", { title: "theirs" }));
    act(() => result.current.change(update(result.current.outline, "a2", { title: "mine" })));
    await act(() => vi.advanceTimersByTimeAsync(900));
    await waitFor(() => expect(result.current.theirs).not.toBeNull());
    expect(titles(course().curriculum)).toEqual(["A theirs a2"]);
    expect(titles(result.current.outline)).toEqual(["A a1 mine"]);
    act(() => result.current.bringTogether());
    await waitFor(() => expect(titles(course().curriculum)).toEqual(["A theirs mine"]));
    expect(result.current.theirs).toBeNull();
  });

  it("goes on by itself when only another field of the course was saved", async () => {
    const { sent, course, elsewhere } = desk();
    const { result } = open(course());
    elsewhere(MODULES);
    act(() => result.current.change(update(result.current.outline, "a2", { title: "mine" })));
    await act(() => vi.advanceTimersByTimeAsync(900));
    await waitFor(() => expect(titles(course().curriculum)).toEqual(["A a1 mine"]));
    expect(sent).toHaveLength(2);
    expect(result.current.theirs).toBeNull();
  });

  it("keeps for its person what could not be saved when the page was left", async () => {
    const { course } = desk();
    const first = open(course());
    act(() => first.result.current.change(update(first.result.current.outline, "a2", { title: "kept" })));
    mockIPC(() => {
      throw { code: "locked", message: "The window is locked.", field: null };
    });
    first.unmount();
    await vi.advanceTimersByTimeAsync(50);
    const { course: again } = desk();
    const other = open(again(), "somebody else");
    expect(titles(other.result.current.outline)).toEqual(["A a1 a2"]);
    other.unmount();
    const { result } = open(again());
    expect(titles(result.current.outline)).toEqual(["A a1 kept"]);
    await act(() => vi.advanceTimersByTimeAsync(900));
    await waitFor(() => expect(titles(again().curriculum)).toEqual(["A a1 kept"]));
  });
});
