import { act, renderHook } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { useIdleLock } from "./useIdleLock";

beforeEach(() => vi.useFakeTimers({ now: 0 }));
afterEach(() => vi.useRealTimers());

const pass = (ms: number) => act(() => vi.advanceTimersByTime(ms));
const MINUTE = 60_000;

it("locks once after the minutes without input", () => {
  const lock = vi.fn();
  renderHook(() => useIdleLock(2, lock));
  pass(2 * MINUTE - 5_000);
  expect(lock).not.toHaveBeenCalled();
  pass(5_000);
  expect(lock).toHaveBeenCalledTimes(1);
  pass(10 * MINUTE);
  expect(lock).toHaveBeenCalledTimes(1);
});

it.each(["pointerdown", "pointermove", "keydown", "wheel", "touchstart"])("%s counts as presence", (sign) => {
  const lock = vi.fn();
  renderHook(() => useIdleLock(1, lock));
  pass(50_000);
  window.dispatchEvent(new Event(sign));
  pass(50_000);
  expect(lock).not.toHaveBeenCalled();
  pass(10_000);
  expect(lock).toHaveBeenCalledTimes(1);
});

it("never locks with 0", () => {
  const lock = vi.fn();
  renderHook(() => useIdleLock(0, lock));
  pass(100 * MINUTE);
  expect(lock).not.toHaveBeenCalled();
});

it("locks at the first touch after a sleep longer than the minutes", () => {
  const lock = vi.fn();
  renderHook(() => useIdleLock(5, lock));
  // timers stand still while a computer sleeps; the clock does not
  vi.setSystemTime(6 * MINUTE);
  window.dispatchEvent(new Event("pointermove"));
  expect(lock).toHaveBeenCalledTimes(1);
});

it("counts anew when the minutes change, and not at all once unmounted", () => {
  const lock = vi.fn();
  const { rerender, unmount } = renderHook(({ minutes }) => useIdleLock(minutes, lock), {
    initialProps: { minutes: 1 },
  });
  pass(40_000);
  rerender({ minutes: 3 });
  pass(2 * MINUTE);
  expect(lock).not.toHaveBeenCalled();
  unmount();
  pass(10 * MINUTE);
  expect(lock).not.toHaveBeenCalled();
});
