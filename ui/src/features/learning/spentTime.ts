/**
 * How long a lesson was in front of somebody: seconds while it is open and the window is visible, counted by
 * a clock that never goes back, handed over in whole seconds and never twice.
 */
import { useEffect, useEffectEvent, useRef } from "react";

/** Nobody loses more than this when the computer goes dark. */
const HAND_OVER_EVERY_MS = 120_000;
/** A lesson merely passed on the way to another is not opened. */
const OPENED_AFTER_MS = 1_000;
/** The most one call may report: a day. */
const MOST_SECONDS = 86_400;

/** A stopwatch over any clock of milliseconds. */
export class Stopwatch {
  private since: number | null = null;
  private kept = 0;

  constructor(private readonly clock: () => number) {}

  run(): void {
    this.since ??= this.clock();
  }

  hold(): void {
    if (this.since === null) return;
    this.kept += Math.max(0, this.clock() - this.since);
    this.since = null;
  }

  /** Whole seconds since the last taking; the rest of a second stays for the next. */
  take(): number {
    const running = this.since !== null;
    this.hold();
    const seconds = Math.min(Math.floor(this.kept / 1000), MOST_SECONDS);
    this.kept -= seconds * 1000;
    if (running) this.run();
    return seconds;
  }
}

interface Spent {
  /** Called with 0 once the lesson counts as opened, and with the seconds since whenever they are handed over. */
  send: (lesson: string, seconds: number) => void;
}

/** Measures the lesson; answers a function that takes what has not been handed over yet. */
export function useSpentTime(lesson: string | null, { send }: Spent): () => number {
  const watch = useRef<Stopwatch>(null);
  const onSend = useEffectEvent(send);
  useEffect(() => {
    if (!lesson) return;
    const mine = new Stopwatch(() => performance.now());
    watch.current = mine;
    let opened = false;
    const follow = () => (document.visibilityState === "visible" ? mine.run() : mine.hold());
    const handOver = () => {
      const seconds = opened ? mine.take() : 0;
      if (seconds > 0) onSend(lesson, seconds);
    };
    follow();
    const open = setTimeout(() => {
      opened = true;
      onSend(lesson, 0);
    }, OPENED_AFTER_MS);
    const often = setInterval(handOver, HAND_OVER_EVERY_MS);
    document.addEventListener("visibilitychange", follow);
    window.addEventListener("pagehide", handOver);
    return () => {
      clearTimeout(open);
      clearInterval(often);
      document.removeEventListener("visibilitychange", follow);
      window.removeEventListener("pagehide", handOver);
      handOver();
      watch.current = null;
    };
  }, [lesson]);
  return () => watch.current?.take() ?? 0;
}
