/**
 * The Mantine theme: ink on paper.
 *
 * Mantine's own colours are bent onto the tokens, so that no component shows its stock look. Variables are
 * put into a constructable style sheet instead of Mantine's `<style>` element, which lets the window run
 * under `style-src 'self'`.
 */
import {
  type CSSVariablesResolver,
  convertCssVariables,
  createTheme,
  DEFAULT_THEME,
  defaultCssVariablesResolver,
  type MantineColorsTuple,
  mergeMantineTheme,
  rem,
} from "@mantine/core";
import i18next from "i18next";
import { dark, light, type Palette, paletteVariables } from "./tokens";

const ink: MantineColorsTuple = [
  "#EEF2F7",
  "#DCE5EF",
  "#BBCBDF",
  "#A3BFE3",
  "#7FA0C9",
  "#5A7EAD",
  "#3F6AA5",
  "#2D5082",
  "#1F3A5F",
  "#172D4B",
];
const saffron: MantineColorsTuple = [
  "#FDF6E7",
  "#FBF1DC",
  "#F5DCA6",
  "#EDB451",
  "#E9A321",
  "#D98E04",
  "#B97803",
  "#9A6300",
  "#7D5100",
  "#5C3B00",
];
const green: MantineColorsTuple = [
  "#F0F7F2",
  "#E7F2EA",
  "#C4E0CE",
  "#86CBA0",
  "#55B37C",
  "#2F8A55",
  "#287848",
  "#22623C",
  "#1A4C2E",
  "#133822",
];
const red: MantineColorsTuple = [
  "#FDF3F1",
  "#FBE9E6",
  "#F5C6C0",
  "#F2958B",
  "#E5645A",
  "#C4362B",
  "#B8392E",
  "#A8261C",
  "#8A1E16",
  "#651510",
];
const violet: MantineColorsTuple = [
  "#F7F3FB",
  "#F1EBF8",
  "#DDCBEF",
  "#C7A9EC",
  "#A983D9",
  "#7C52B3",
  "#6C459F",
  "#5E3A8C",
  "#482C6C",
  "#331F4D",
];
/** Warm neutrals, light to dark; Mantine reads `gray` in the light theme. */
const gray: MantineColorsTuple = [
  "#F8F6F2",
  "#F2EFE9",
  "#E7E2D9",
  "#D3CCC0",
  "#B5ADA0",
  "#918A7E",
  "#6A645A",
  "#46413A",
  "#2E2A25",
  "#1F1C18",
];
/** Mantine reads `dark` in the dark theme: 0 is text, 7 the body. */
const darkNeutrals: MantineColorsTuple = [
  "#EDE8DF",
  "#CCC5B9",
  "#A39B8D",
  "#7F776A",
  "#463F36",
  "#302C26",
  "#24211C",
  "#1C1A16",
  "#161411",
  "#12100E",
];

const sans =
  '"Inter Variable", Inter, system-ui, -apple-system, "Segoe UI", "Noto Sans", "Noto Sans Bengali", sans-serif';
export const serif = '"Source Serif 4 Variable", "Source Serif 4", Georgia, "Noto Serif", serif';

/** Help stands under its field, so that fields side by side stay in line. */
export const FIELD_ORDER: ("label" | "input" | "description" | "error")[] = [
  "label",
  "input",
  "description",
  "error",
];
const input = { defaultProps: { size: "sm", inputWrapperOrder: FIELD_ORDER } };

export const theme = createTheme({
  colors: { ink, saffron, green, red, violet, gray, dark: darkNeutrals, blue: ink, yellow: saffron },
  primaryColor: "ink",
  primaryShade: { light: 8, dark: 6 },
  white: "#FFFEFC",
  black: "#1F1C18",
  fontFamily: sans,
  fontFamilyMonospace: 'ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", monospace',
  headings: {
    fontFamily: serif,
    fontWeight: "600",
    sizes: {
      h1: { fontSize: rem(24), lineHeight: "1.25" },
      h2: { fontSize: rem(18), lineHeight: "1.3" },
      h3: { fontSize: rem(15), lineHeight: "1.4" },
      h4: { fontSize: rem(14), lineHeight: "1.4" },
      h5: { fontSize: rem(13), lineHeight: "1.4" },
      h6: { fontSize: rem(12), lineHeight: "1.4" },
    },
  },
  fontSizes: { xs: rem(12), sm: rem(13), md: rem(14), lg: rem(16), xl: rem(20) },
  lineHeights: { xs: "1.35", sm: "1.45", md: "1.5", lg: "1.5", xl: "1.4" },
  spacing: { xs: rem(4), sm: rem(8), md: rem(12), lg: rem(16), xl: rem(24) },
  radius: { xs: rem(3), sm: rem(4), md: rem(6), lg: rem(6), xl: rem(10) },
  defaultRadius: "md",
  shadows: {
    xs: "var(--mt-shadow)",
    sm: "var(--mt-shadow)",
    md: "var(--mt-shadow)",
    lg: "var(--mt-shadow)",
    xl: "var(--mt-shadow)",
  },
  respectReducedMotion: true,
  cursorType: "pointer",
  focusRing: "auto",
  components: {
    Button: { defaultProps: { size: "sm" } },
    ActionIcon: { defaultProps: { variant: "subtle", color: "gray", size: 28 } },
    TextInput: input,
    PasswordInput: {
      defaultProps: () => ({
        ...input.defaultProps,
        visibilityToggleButtonProps: { "aria-label": i18next.t("design:password.show") },
      }),
    },
    Textarea: { defaultProps: { inputWrapperOrder: FIELD_ORDER, size: "sm", autosize: true, minRows: 2 } },
    NumberInput: { defaultProps: { inputWrapperOrder: FIELD_ORDER, size: "sm", hideControls: true } },
    Select: {
      defaultProps: {
        // the list of options scrolls by itself: a region inside it could not be reached by keyboard
        withScrollArea: false,
        inputWrapperOrder: FIELD_ORDER,
        size: "sm",
        allowDeselect: false,
        checkIconPosition: "right",
      },
    },
    MultiSelect: {
      defaultProps: {
        inputWrapperOrder: FIELD_ORDER,
        size: "sm",
        checkIconPosition: "right",
        withScrollArea: false,
      },
    },
    Autocomplete: input,
    TagsInput: input,
    Checkbox: { defaultProps: { size: "xs" } },
    Radio: { defaultProps: { size: "xs" } },
    Switch: { defaultProps: { size: "sm", withThumbIndicator: false } },
    SegmentedControl: { defaultProps: { size: "xs" } },
    Text: { defaultProps: { size: "sm" } },
    Anchor: { defaultProps: { size: "sm", underline: "hover" } },
    Paper: { defaultProps: { shadow: undefined, withBorder: true } },
    Menu: {
      defaultProps: {
        // in place, so that its items belong to the landmark of their button
        withinPortal: false,
        // an element without a role is not allowed inside a menu
        withInitialFocusPlaceholder: false,
        shadow: "md",
        offset: 4,
        transitionProps: { duration: 90, transition: "fade" },
      },
    },
    Popover: {
      defaultProps: { shadow: "md", offset: 4, transitionProps: { duration: 90, transition: "fade" } },
    },
    Tooltip: {
      defaultProps: {
        openDelay: 350,
        offset: 6,
        transitionProps: { duration: 90 },
        events: { hover: true, focus: true, touch: false },
      },
    },
    // The window itself never scrolls, so nothing needs locking (the lock would inject a <style> element).
    Modal: {
      // asked for with every drawing, so that the words follow the language
      defaultProps: () => ({
        closeButtonProps: { "aria-label": i18next.t("design:dialog.close") },
        lockScroll: false,
        centered: true,
        overlayProps: { backgroundOpacity: 1, color: "var(--mt-scrim)" },
        transitionProps: { duration: 120, transition: "fade" },
      }),
    },
    // a dialog's head is no banner of the page
    ModalHeader: { defaultProps: { role: "presentation" } },
    DrawerHeader: { defaultProps: { role: "presentation" } },
    Drawer: { defaultProps: { lockScroll: false, position: "right" } },
    Tabs: { defaultProps: { keepMounted: false } },
    Loader: { defaultProps: { size: 16, type: "oval", color: "var(--mt-text-dim)" } },
    Badge: { defaultProps: { variant: "light", radius: "sm", size: "sm", color: "gray" } },
    Progress: { defaultProps: { size: 4, radius: "xl" } },
    Divider: { defaultProps: { color: "var(--mt-hairline)" } },
  },
});

function schemeVariables(p: Palette, shadow: string, scrim: string): Record<string, string> {
  return {
    ...paletteVariables(p),
    "--mt-shadow": shadow,
    "--mt-scrim": scrim,
    "--mantine-color-body": p.paper,
    "--mantine-color-text": p.text,
    "--mantine-color-bright": p.text,
    "--mantine-color-dimmed": p.textDim,
    "--mantine-color-placeholder": p.textDim,
    "--mantine-color-anchor": p.accentText,
    "--mantine-color-error": p.danger,
    "--mantine-color-default": p.surface,
    "--mantine-color-default-hover": p.hover,
    "--mantine-color-default-color": p.text,
    "--mantine-color-default-border": p.hairlineStrong,
    "--mantine-color-disabled": p.sunken,
    "--mantine-color-disabled-color": p.textDim,
    "--mantine-color-disabled-border": p.hairline,
    "--mantine-color-ink-filled": p.accentFill,
    "--mantine-color-ink-filled-hover": p.accentFillHover,
    "--mantine-color-ink-text": p.accentText,
    "--mantine-color-ink-light": p.selection,
    "--mantine-color-ink-light-hover": p.selection,
    "--mantine-color-ink-light-color": p.accentText,
    "--mantine-color-ink-outline": p.accentText,
    "--mantine-color-red-filled": p.dangerFill,
    "--mantine-color-red-filled-hover": p.dangerFillHover,
    "--mantine-color-red-text": p.danger,
    "--mantine-color-red-light": p.tone.red.wash,
    "--mantine-color-red-light-hover": p.tone.red.wash,
    "--mantine-color-red-light-color": p.tone.red.word,
    "--mantine-color-red-outline": p.danger,
    "--mantine-color-gray-text": p.textSoft,
    "--mantine-color-gray-light": p.sunken,
    "--mantine-color-gray-light-hover": p.hover,
    "--mantine-color-gray-light-color": p.textSoft,
    "--mantine-color-green-text": p.tone.green.word,
    "--mantine-primary-color-contrast": p.onAccent,
  };
}

export const variables: CSSVariablesResolver = (t) => {
  const base = defaultCssVariablesResolver(t);
  return {
    variables: { ...base.variables, "--mt-serif": serif },
    light: {
      ...base.light,
      ...schemeVariables(
        light,
        "0 0 0 1px rgb(31 28 24 / 8%), 0 6px 20px -4px rgb(31 28 24 / 16%), 0 2px 6px -2px rgb(31 28 24 / 10%)",
        "rgb(31 28 24 / 28%)",
      ),
    },
    dark: {
      ...base.dark,
      ...schemeVariables(
        dark,
        "0 0 0 1px rgb(237 232 223 / 10%), 0 8px 24px -4px rgb(0 0 0 / 60%), 0 2px 6px -2px rgb(0 0 0 / 50%)",
        "rgb(0 0 0 / 55%)",
      ),
    },
  };
};

/** Puts the variables of both themes on `:root`. Call once, before the first render. */
export function adoptThemeVariables(): void {
  const merged = variables(mergeMantineTheme(DEFAULT_THEME, theme));
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(
    convertCssVariables(merged, ":root") +
      ':root[data-mantine-color-scheme="dark"]{--mantine-color-scheme:dark}' +
      ':root[data-mantine-color-scheme="light"]{--mantine-color-scheme:light}',
  );
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}
