import { render } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { RichText } from "./RichText";

const html = (source: string) => {
  const { container } = render(<RichText source={source} />);
  return container.firstElementChild?.innerHTML;
};

describe("rich text", () => {
  it("keeps paragraphs of plain text", () => {
    expect(html("One.\n\nTwo & <3")).toBe("<p>One.</p><p>Two &amp; &lt;3</p>");
  });
  it("keeps form", () => {
    expect(html("<p>A <strong>b</strong></p><ul><li>c</li></ul>")).toBe(
      "<p>A <strong>b</strong></p><ul><li>c</li></ul>",
    );
    expect(html("<h1>Big</h1><div>in</div>")).toBe("<h3>Big</h3>in");
  });
  it("loses whatever acts", () => {
    expect(html("<p onclick=alert(1) style='position:fixed'>x</p><script>alert(1)</script>")).toBe(
      "<p>x</p>",
    );
    expect(html("<img src=x onerror=alert(1) alt=Map><iframe src=y></iframe>")).toBe("Map");
  });
  it("shows where a link goes instead of going there", () => {
    const { container } = render(<RichText source={'<a href="https://e.org">here</a>'} />);
    expect(container.querySelector("a")).toBeNull();
    expect(container.textContent).toBe("here (https://e.org)");
  });
});
