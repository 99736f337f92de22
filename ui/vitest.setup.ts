// What jsdom lacks and Mantine asks for; nothing of the product is replaced here.
import "@testing-library/jest-dom/vitest";
import { cleanup, configure } from "@testing-library/react";
import { afterEach } from "vitest";
import { startI18n } from "./src/i18n";

// what is waited for may take as long as a slow machine needs
configure({ asyncUtilTimeout: 10_000 });

afterEach(() => cleanup());

window.matchMedia ??= (query: string) =>
  ({
    matches: false,
    media: query,
    onchange: null,
    addEventListener: () => {},
    removeEventListener: () => {},
    addListener: () => {},
    removeListener: () => {},
    dispatchEvent: () => false,
  }) as MediaQueryList;

class NoResize {
  observe() {}
  unobserve() {}
  disconnect() {}
}
window.ResizeObserver ??= NoResize as unknown as typeof ResizeObserver;
Element.prototype.scrollIntoView ??= () => {};
window.scrollTo = () => {};
// a text field that grows listens to fonts being loaded
if (!document.fonts) Object.defineProperty(document, "fonts", { value: new EventTarget() });

await startI18n("en", { everything: true });
