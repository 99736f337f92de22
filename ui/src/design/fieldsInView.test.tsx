import { fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { keepFieldsInView, showField } from "./fieldsInView";

let stop: () => void;
beforeEach(() => {
  stop = keepFieldsInView();
  // the frame after the focus is now
  vi.stubGlobal("requestAnimationFrame", (then: () => void) => then());
});
afterEach(() => {
  stop();
  vi.unstubAllGlobals();
});

/** Where each part is drawn, from the top of the window. */
function form(places: Record<string, [number, number]>) {
  render(
    <div data-testid="scroller" style={{ overflowY: "auto" }}>
      <label htmlFor="name" data-testid="label">
        Name
      </label>
      <input id="name" data-testid="field" aria-describedby="wrong" />
      <p id="wrong" data-testid="error">
        A name is needed.
      </p>
      <div data-standing data-testid="foot">
        <button type="button">Save</button>
      </div>
    </div>,
  );
  for (const [part, [top, bottom]] of Object.entries(places)) {
    screen.getByTestId(part).getBoundingClientRect = () => ({ top, bottom }) as DOMRect;
  }
  const scroller = screen.getByTestId("scroller");
  Object.defineProperties(scroller, {
    clientHeight: { value: 500 },
    scrollHeight: { value: 2000 },
    scrollTop: { value: 300, writable: true },
  });
  return { scroller, field: screen.getByTestId("field") };
}
const FRAME = { scroller: [50, 550], foot: [490, 602] } satisfies Record<string, [number, number]>;

it("shows the label of a field that gets the focus at the upper edge", () => {
  const { scroller, field } = form({ ...FRAME, label: [30, 46], field: [50, 80], error: [82, 98] });
  field.focus();
  expect(scroller.scrollTop).toBe(300 - 28);
});

it("shows the error of a field above the foot that stands in front of it", () => {
  const { scroller, field } = form({ ...FRAME, label: [420, 436], field: [440, 470], error: [472, 488] });
  field.focus();
  expect(scroller.scrollTop).toBe(300 + 6);
});

it("leaves what is seen whole where it is", () => {
  const { scroller, field } = form({ ...FRAME, label: [220, 236], field: [240, 270], error: [272, 288] });
  field.focus();
  expect(scroller.scrollTop).toBe(300);
});

it("leaves what is clicked under the pointer", () => {
  const { scroller, field } = form({ ...FRAME, label: [30, 46], field: [50, 80], error: [82, 98] });
  fireEvent.pointerDown(field);
  field.focus();
  expect(scroller.scrollTop).toBe(300);
  fireEvent.pointerUp(field);
  field.blur();
  field.focus();
  expect(scroller.scrollTop).toBe(300 - 28);
});

it("lets the help go first where all of it is too high, and then stays where the text is", () => {
  const { scroller, field } = form({ ...FRAME, label: [30, 46], field: [50, 380], error: [382, 698] });
  showField(field);
  expect(scroller.scrollTop).toBe(300 - 28);
  scroller.scrollTop = 300;
  field.getBoundingClientRect = () => ({ top: 50, bottom: 700 }) as DOMRect;
  showField(field);
  expect(scroller.scrollTop).toBe(300);
});
