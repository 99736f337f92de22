/**
 * The colours of "ink on paper", one table for each theme.
 *
 * The only place in the window where a colour is written down: the Mantine theme, the CSS variables
 * (`--mt-…`) and the contrast test are all made from it. Deliberately absent: sizes and spacing, which are
 * Mantine's scale as set in `theme.ts`.
 */

/** A tone is what a status or a remark means; every status of the product maps to one of these. */
export const TONES = ["amber", "green", "ink", "grey", "violet", "red"] as const;
export type Tone = (typeof TONES)[number];

/** Tone of a word (must be readable) and of the dot before it (must be visible). */
export interface ToneColours {
  word: string;
  dot: string;
  /** Background of a remark in this tone. */
  wash: string;
}

export interface Palette {
  /** The window behind everything. */
  paper: string;
  /** Where work lies: lists, forms, cards. */
  surface: string;
  /** Wells, rail, table heads. */
  sunken: string;
  /** What floats: menus, dialogs, toasts. */
  raised: string;
  hairline: string;
  hairlineStrong: string;
  /** Edge of an input: a control's boundary, so 3:1 against the surface. */
  edge: string;
  text: string;
  textSoft: string;
  textDim: string;
  accent: string;
  accentText: string;
  accentFill: string;
  accentFillHover: string;
  onAccent: string;
  /** Selected row, active rail entry. */
  selection: string;
  hover: string;
  focus: string;
  danger: string;
  dangerFill: string;
  dangerFillHover: string;
  onDanger: string;
  /** What waits for a person. Graphic only: words in amber use the tone's `word`. */
  saffron: string;
  tone: Record<Tone, ToneColours>;
  /** Series of a chart, in the order they are used. */
  chart: readonly [string, string, string, string, string];
}

export const light: Palette = {
  paper: "#F8F6F2",
  surface: "#FFFEFC",
  sunken: "#F2EFE9",
  raised: "#FFFFFF",
  hairline: "#E7E2D9",
  hairlineStrong: "#D3CCC0",
  edge: "#918A7E",
  text: "#1F1C18",
  textSoft: "#46413A",
  textDim: "#6A645A",
  accent: "#1F3A5F",
  accentText: "#1F3A5F",
  accentFill: "#1F3A5F",
  accentFillHover: "#172D4B",
  onAccent: "#FFFFFF",
  selection: "#E8EDF4",
  hover: "#F3F0EA",
  focus: "#2F62A3",
  danger: "#A8261C",
  dangerFill: "#A8261C",
  dangerFillHover: "#8A1E16",
  onDanger: "#FFFFFF",
  saffron: "#D98E04",
  tone: {
    amber: { word: "#7D5100", dot: "#D98E04", wash: "#FBF1DC" },
    green: { word: "#22623C", dot: "#2F8A55", wash: "#E7F2EA" },
    ink: { word: "#1F3A5F", dot: "#1F3A5F", wash: "#E8EDF4" },
    grey: { word: "#5F594F", dot: "#918A7E", wash: "#F0EDE7" },
    violet: { word: "#5E3A8C", dot: "#7C52B3", wash: "#F1EBF8" },
    red: { word: "#A8261C", dot: "#C4362B", wash: "#FBE9E6" },
  },
  chart: ["#1F3A5F", "#6E8CB0", "#2F8A55", "#7C52B3", "#918A7E"],
};

export const dark: Palette = {
  paper: "#161411",
  surface: "#1C1A16",
  sunken: "#12100E",
  raised: "#26231E",
  hairline: "#302C26",
  hairlineStrong: "#463F36",
  edge: "#7F776A",
  text: "#EDE8DF",
  textSoft: "#CCC5B9",
  textDim: "#A39B8D",
  accent: "#A3BFE3",
  accentText: "#A3BFE3",
  accentFill: "#3F6AA5",
  accentFillHover: "#4772AE",
  onAccent: "#FFFFFF",
  selection: "#243142",
  hover: "#24211C",
  focus: "#86AEE3",
  danger: "#F2958B",
  dangerFill: "#B8392E",
  dangerFillHover: "#C64A3F",
  onDanger: "#FFFFFF",
  saffron: "#E9A321",
  tone: {
    amber: { word: "#EDB451", dot: "#E9A321", wash: "#33270F" },
    green: { word: "#86CBA0", dot: "#55B37C", wash: "#17291D" },
    ink: { word: "#A3BFE3", dot: "#7FA6DA", wash: "#1D2A3A" },
    grey: { word: "#B1A99B", dot: "#857D70", wash: "#29261F" },
    violet: { word: "#C7A9EC", dot: "#A983D9", wash: "#2A2036" },
    red: { word: "#F2958B", dot: "#E5645A", wash: "#361B18" },
  },
  chart: ["#86AEE3", "#57749A", "#55B37C", "#A983D9", "#857D70"],
};

const kebab = (name: string) => name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`);

/** `paper` → `--mt-paper`, `tone.amber.word` → `--mt-amber-word`, `chart[0]` → `--mt-chart-1`. */
export function paletteVariables(palette: Palette): Record<string, string> {
  const out: Record<string, string> = {};
  for (const [name, value] of Object.entries(palette)) {
    if (typeof value === "string") out[`--mt-${kebab(name)}`] = value;
  }
  for (const tone of TONES) {
    for (const [part, value] of Object.entries(palette.tone[tone])) out[`--mt-${tone}-${part}`] = value;
  }
  palette.chart.forEach((value, i) => {
    out[`--mt-chart-${i + 1}`] = value;
  });
  return out;
}
