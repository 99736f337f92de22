import { describe, expect, it } from "vitest";
import { contrast } from "./contrast";
import { dark, light, type Palette, TONES } from "./tokens";

const themes: [string, Palette][] = [
  ["light", light],
  ["dark", dark],
];

describe("contrast arithmetic", () => {
  it("agrees with WCAG's own examples", () => {
    expect(contrast("#000000", "#FFFFFF")).toBeCloseTo(21, 5);
    expect(contrast("#777777", "#FFFFFF")).toBeCloseTo(4.48, 2);
  });
});

describe.each(themes)("%s theme", (_name, p) => {
  const grounds = { paper: p.paper, surface: p.surface, sunken: p.sunken, raised: p.raised };
  const rows = { hover: p.hover, selection: p.selection };

  it.each(Object.entries({ ...grounds, ...rows }))("text is readable on %s (AA, 4.5)", (_g, ground) => {
    for (const colour of [p.text, p.textSoft, p.textDim, p.accentText, p.danger]) {
      expect(contrast(colour, ground)).toBeGreaterThanOrEqual(4.5);
    }
  });

  it.each(TONES)("%s words are readable wherever a status stands", (tone) => {
    for (const ground of [...Object.values(grounds), ...Object.values(rows), p.tone[tone].wash]) {
      expect(contrast(p.tone[tone].word, ground)).toBeGreaterThanOrEqual(4.5);
    }
  });

  it.each(TONES.filter((t) => t !== "amber"))("%s dots are visible (3:1)", (tone) => {
    for (const ground of [p.surface, p.paper]) {
      expect(contrast(p.tone[tone].dot, ground)).toBeGreaterThanOrEqual(3);
    }
  });

  it("text on washes is readable", () => {
    for (const tone of TONES) {
      expect(contrast(p.text, p.tone[tone].wash)).toBeGreaterThanOrEqual(4.5);
      expect(contrast(p.textSoft, p.tone[tone].wash)).toBeGreaterThanOrEqual(4.5);
    }
  });

  it("buttons are readable in rest and hover", () => {
    for (const fill of [p.accentFill, p.accentFillHover])
      expect(contrast(p.onAccent, fill)).toBeGreaterThanOrEqual(4.5);
    for (const fill of [p.dangerFill, p.dangerFillHover])
      expect(contrast(p.onDanger, fill)).toBeGreaterThanOrEqual(4.5);
  });

  it("controls and focus have edges one can see (3:1)", () => {
    for (const ground of [p.paper, p.surface, p.raised]) {
      expect(contrast(p.edge, ground)).toBeGreaterThanOrEqual(3);
      expect(contrast(p.focus, ground)).toBeGreaterThanOrEqual(3);
    }
    expect(contrast(p.accentFill, p.surface)).toBeGreaterThanOrEqual(3);
  });

  it("chart series stand out from the surface (3:1)", () => {
    for (const colour of p.chart) expect(contrast(colour, p.surface)).toBeGreaterThanOrEqual(3);
  });
});
