/** Locks the window when nobody has touched it for a while. */
import { useEffect, useEffectEvent } from "react";

const SIGNS = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart"] as const;
const MINUTE = 60_000;
/** How often the clock is looked at: a computer that slept past the time locks soon after it wakes. */
const LOOK_EVERY = 5_000;

/** Calls `lock` once after so many minutes without mouse, keys or touch; 0 never. */
export function useIdleLock(minutes: number, lock: () => void): void {
  const onIdle = useEffectEvent(lock);
  useEffect(() => {
    if (!(minutes > 0)) return;
    let touched = Date.now();
    let locked = false;
    const idle = () => Date.now() - touched >= minutes * MINUTE;
    const fire = () => {
      if (locked) return;
      locked = true;
      onIdle();
    };
    const onSign = () => {
      // the first touch after waking must not pass for presence
      if (idle()) fire();
      else touched = Date.now();
    };
    const timer = setInterval(() => {
      if (idle()) fire();
    }, LOOK_EVERY);
    for (const sign of SIGNS) window.addEventListener(sign, onSign, { capture: true, passive: true });
    return () => {
      clearInterval(timer);
      for (const sign of SIGNS) window.removeEventListener(sign, onSign, { capture: true });
    };
  }, [minutes]);
}
