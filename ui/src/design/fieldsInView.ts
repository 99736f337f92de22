/**
 * A field that gets the focus is seen whole: with its label above and its help and error below, none of them beyond
 * the edge of what scrolls or under what stands there. Room kept free by `scroll-padding` is no way to have it: then
 * WebKit does not scroll to a button below the fold that a test clicks.
 */

/** Between a field and the edge. */
const GAP = 8;
const FIELDS = "input, textarea, select";
/** What stays in place while the rest scrolls: a form's foot says so itself. */
const STANDING = "[data-standing], .mantine-Modal-header";

/** Follows the focus in the whole window; answers how to stop. */
export function keepFieldsInView(): () => void {
  let pressed = false;
  const press = () => {
    pressed = true;
  };
  const release = () => {
    pressed = false;
  };
  const focus = ({ target }: FocusEvent) => {
    // what is clicked stays under the pointer
    if (pressed || !(target instanceof HTMLElement) || !target.matches(FIELDS)) return;
    requestAnimationFrame(() => {
      if (document.activeElement === target) showField(target);
    });
  };
  const listeners = [
    ["pointerdown", press],
    ["pointerup", release],
    ["pointercancel", release],
    // a pointer may be let go outside the window
    ["keydown", release],
    ["focusin", focus],
  ] as const;
  for (const [name, listener] of listeners) window.addEventListener(name, listener as EventListener, true);
  return () => {
    for (const [name, listener] of listeners) {
      window.removeEventListener(name, listener as EventListener, true);
    }
  };
}

/** Scrolls as little as is needed; not at all where the field is higher than what can be seen. */
export function showField(field: HTMLElement): void {
  const scroller = scrollerOf(field);
  if (!scroller) return;
  const view = visibleIn(scroller, field);
  const named = [field, ...labelsOf(field)];
  const whole = [...named, ...describing(field)];
  for (const parts of [whole, named]) {
    const { top, bottom } = around(parts);
    if (bottom - top > view.bottom - view.top) continue;
    if (top < view.top) scroller.scrollTop += top - view.top;
    else if (bottom > view.bottom) scroller.scrollTop += bottom - view.bottom;
    return;
  }
}

function labelsOf(field: HTMLElement): Iterable<HTMLElement> {
  return ("labels" in field && (field.labels as NodeListOf<HTMLElement> | null)) || [];
}

function describing(field: HTMLElement): HTMLElement[] {
  const ids = field.getAttribute("aria-describedby")?.split(/\s+/) ?? [];
  return ids.map((id) => document.getElementById(id)).filter((part) => part !== null);
}

function around(parts: Iterable<HTMLElement>): { top: number; bottom: number } {
  const boxes = Array.from(parts, (part) => part.getBoundingClientRect());
  return {
    top: Math.min(...boxes.map((box) => box.top)),
    bottom: Math.max(...boxes.map((box) => box.bottom)),
  };
}

function scrollerOf(field: HTMLElement): HTMLElement | null {
  for (let at = field.parentElement; at; at = at.parentElement) {
    const scrolls = ["auto", "scroll"].includes(getComputedStyle(at).overflowY);
    if (scrolls && at.scrollHeight > at.clientHeight) return at;
  }
  return null;
}

/** The part of a scroller that nothing stands in front of. */
function visibleIn(scroller: HTMLElement, field: HTMLElement): { top: number; bottom: number } {
  const box = scroller.getBoundingClientRect();
  let { top, bottom } = box;
  for (const part of scroller.querySelectorAll(STANDING)) {
    if (part.contains(field)) continue;
    const standing = part.getBoundingClientRect();
    if (standing.top <= box.top + 1) top = Math.max(top, standing.bottom);
    if (standing.bottom >= box.bottom - 1) bottom = Math.min(bottom, standing.top);
  }
  return { top: top + GAP, bottom: bottom - GAP };
}
