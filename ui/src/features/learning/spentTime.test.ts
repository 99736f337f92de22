import { act, renderHook } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Stopwatch, useSpentTime } from "./spentTime";

describe("Stopwatch", () => {
  it("hands over whole seconds once, and keeps the rest", () => {
    let now = 0;
    const watch = new Stopwatch(() => now);
    watch.run();
    now = 2_700;
    expect(watch.take()).toBe(2);
    expect(watch.take()).toBe(0);
    now = 3_100;
    expect(watch.take()).toBe(1);
  });

  it("stands while held, and never counts a clock that goes back", () => {
    let now = 10_000;
    const watch = new Stopwatch(() => now);
    watch.run();
    now = 12_000;
    watch.hold();
    now = 60_000;
    expect(watch.take()).toBe(2);
    watch.run();
    now = 50_000;
    expect(watch.take()).toBe(0);
  });

  it("hands over a day at most, the rest later", () => {
    let now = 0;
    const watch = new Stopwatch(() => now);
    watch.run();
    now = 86_401_000;
    expect(watch.take()).toBe(86_400);
    expect(watch.take()).toBe(1);
  });
});

describe("useSpentTime", () => {
  let visible: DocumentVisibilityState = "visible";
  beforeEach(() => {
    visible = "visible";
    vi.useFakeTimers({
      toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "performance"],
    });
    vi.spyOn(document, "visibilityState", "get").mockImplementation(() => visible);
  });
  afterEach(() => vi.useRealTimers());
  const pass = (ms: number) => act(() => vi.advanceTimersByTime(ms));
  const show = (state: DocumentVisibilityState) => {
    visible = state;
    document.dispatchEvent(new Event("visibilitychange"));
  };

  it("opens the lesson after a moment and sends the time when it is left", () => {
    const send = vi.fn();
    const { rerender } = renderHook(({ lesson }) => useSpentTime(lesson, { send }), {
      initialProps: { lesson: "a" },
    });
    expect(send).not.toHaveBeenCalled();
    pass(1_000);
    expect(send.mock.calls).toEqual([["a", 0]]);
    pass(41_500);
    rerender({ lesson: "b" });
    expect(send.mock.calls.at(-1)).toEqual(["a", 42]);
  });

  it("sends nothing for a lesson merely passed by", () => {
    const send = vi.fn();
    const { rerender } = renderHook(({ lesson }) => useSpentTime(lesson, { send }), {
      initialProps: { lesson: "a" as string | null },
    });
    pass(900);
    rerender({ lesson: null });
    pass(60_000);
    expect(send).not.toHaveBeenCalled();
  });

  it("does not count while the window is out of sight", () => {
    const send = vi.fn();
    const { unmount } = renderHook(() => useSpentTime("a", { send }));
    pass(10_000);
    show("hidden");
    pass(50_000);
    show("visible");
    pass(5_000);
    unmount();
    expect(send.mock.calls.at(-1)).toEqual(["a", 15]);
  });

  it("hands over every two minutes, and what was taken is not sent again", () => {
    const send = vi.fn();
    const { result, unmount } = renderHook(() => useSpentTime("a", { send }));
    pass(120_000);
    expect(send.mock.calls.at(-1)).toEqual(["a", 120]);
    pass(30_000);
    expect(result.current()).toBe(30);
    unmount();
    expect(send).toHaveBeenCalledTimes(2);
  });
});
