/** How captions look: television's nine controls (47 CFR 79.102), and what they are in CSS. */

import type { components } from "../api/schema";

export const FONTS = [
  ["default", "As the page"],
  ["sans", "Sans serif"],
  ["serif", "Serif"],
  ["mono_sans", "Typewriter, sans"],
  ["mono_serif", "Typewriter, serif"],
  ["casual", "Casual"],
  ["cursive", "Cursive"],
  ["small_capitals", "Small capitals"],
] as const;

export const SIZES = [
  ["small", "Small"],
  ["medium", "Medium"],
  ["large", "Large"],
  ["huge", "Huge"],
] as const;

export const COLORS = [
  ["auto", "Automatic"],
  ["white", "White"],
  ["black", "Black"],
  ["red", "Red"],
  ["green", "Green"],
  ["blue", "Blue"],
  ["yellow", "Yellow"],
  ["magenta", "Magenta"],
  ["cyan", "Cyan"],
] as const;

export const EDGES = [
  ["none", "None"],
  ["outline", "Outline"],
  ["shadow", "Drop shadow"],
  ["raised", "Raised"],
  ["depressed", "Depressed"],
] as const;

export const OPACITIES = [0, 25, 50, 75, 100] as const;

export type Font = (typeof FONTS)[number][0];
export type Size = (typeof SIZES)[number][0];
export type Color = (typeof COLORS)[number][0];
export type Edge = (typeof EDGES)[number][0];
export type Opacity = (typeof OPACITIES)[number];

/** As `captions` in the account's settings. The background is behind the letters, the window behind all. */
export type CaptionStyle = components["schemas"]["CaptionStyle"];

export const PLAIN: CaptionStyle = {
  shown: true,
  show_names: true,
  font: "default",
  size: "medium",
  text_color: "auto",
  text_opacity: 100,
  background_color: "auto",
  background_opacity: 0,
  window_color: "auto",
  window_opacity: 100,
  edge: "none",
};

/** Television's colours: full and half tones of red, green and blue (CTA-708). */
const RGB: Record<Exclude<Color, "auto">, [number, number, number]> = {
  white: [255, 255, 255],
  black: [0, 0, 0],
  red: [255, 0, 0],
  green: [0, 255, 0],
  blue: [0, 0, 255],
  yellow: [255, 255, 0],
  magenta: [255, 0, 255],
  cyan: [0, 255, 255],
};

const FAMILIES: Record<Font, string> = {
  default: "var(--font)",
  sans: "Arial, Helvetica, sans-serif",
  serif: 'Georgia, "Times New Roman", serif',
  mono_sans: "ui-monospace, Consolas, Menlo, monospace",
  mono_serif: '"Courier New", Courier, monospace',
  casual: '"Comic Sans MS", "Comic Neue", "Chalkboard SE", ui-rounded, fantasy',
  cursive: '"Brush Script MT", "Segoe Script", "Snell Roundhand", cursive',
  small_capitals: "var(--font)",
};

const SCALES: Record<Size, string> = {
  small: "0.9375rem",
  medium: "1.125rem",
  large: "1.5rem",
  huge: "2rem",
};

/** The style in what was stored or sent, with the default for whatever makes no sense. */
export function readStyle(value: unknown): CaptionStyle {
  const found = typeof value === "object" && value !== null ? (value as Partial<CaptionStyle>) : {};
  const among = <Value>(known: readonly (readonly [Value, string])[], name: keyof CaptionStyle) =>
    (known.some(([one]) => one === found[name]) ? found[name] : PLAIN[name]) as Value;
  const opacity = (name: keyof CaptionStyle) =>
    (OPACITIES.some((one) => one === found[name]) ? found[name] : PLAIN[name]) as Opacity;
  return {
    shown: found.shown !== false,
    show_names: found.show_names !== false,
    font: among(FONTS, "font"),
    size: among(SIZES, "size"),
    text_color: among(COLORS, "text_color"),
    text_opacity: opacity("text_opacity"),
    background_color: among(COLORS, "background_color"),
    background_opacity: opacity("background_opacity"),
    window_color: among(COLORS, "window_color"),
    window_opacity: opacity("window_opacity"),
    edge: among(EDGES, "edge"),
  };
}

/** The style as CSS custom properties. */
export function paint(style: CaptionStyle): Record<string, string> {
  const text = textColor(style);
  return {
    "--caption-font": FAMILIES[style.font],
    "--caption-capitals": style.font === "small_capitals" ? "all-small-caps" : "normal",
    "--caption-size": SCALES[style.size],
    "--caption-ink": css(automatic(windowColor(style)), "var(--ink)"),
    "--caption-text": veiled(css(text, "var(--ink)"), style.text_opacity),
    "--caption-background": veiled(
      css(style.background_color, "var(--sunken)"),
      style.background_opacity,
    ),
    "--caption-window": veiled(css(style.window_color, "var(--surface)"), style.window_opacity),
    "--caption-edge": edge(style.edge, text === "auto" ? "var(--on-ink)" : opposite(text)),
  };
}

/** Whether text and what is behind it are too much alike: under 3:1 (WCAG 2.2, 1.4.11). */
export function hardToRead(style: CaptionStyle): boolean {
  if (style.text_opacity < 50) return true;
  const text = textColor(style);
  const behind = behindText(style);
  return text !== "auto" && behind !== "auto" && contrast(text, behind) < 3;
}

function textColor(style: CaptionStyle): Color {
  return style.text_color === "auto" ? automatic(behindText(style)) : style.text_color;
}

/** Black or white on a colour that was chosen, ink on the page's own. */
function automatic(behind: Color): Color {
  return behind === "auto" ? "auto" : opposite(behind);
}

function behindText(style: CaptionStyle): Color {
  return style.background_opacity >= 50 ? style.background_color : windowColor(style);
}

function windowColor(style: CaptionStyle): Color {
  return style.window_opacity >= 50 ? style.window_color : "auto";
}

function opposite(color: Exclude<Color, "auto">): "white" | "black" {
  return contrast(color, "white") >= contrast(color, "black") ? "white" : "black";
}

function contrast(one: Exclude<Color, "auto">, other: Exclude<Color, "auto">): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05);
}

/** Relative luminance (WCAG 2.2); these colours have no half tones. */
function luminance(color: Exclude<Color, "auto">): number {
  const [red, green, blue] = RGB[color];
  return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255;
}

function css(color: Color, otherwise: string): string {
  return color === "auto" ? otherwise : `rgb(${RGB[color].join(" ")})`;
}

function veiled(color: string, opacity: Opacity): string {
  return opacity === 100 ? color : `color-mix(in srgb, ${color} ${opacity}%, transparent)`;
}

function edge(style: Edge, color: string): string {
  const at = (x: number, y: number, blur = 0) => `${x}px ${y}px ${blur}px ${color}`;
  const around = [-1, 0, 1].flatMap((x) => [-1, 0, 1].map((y) => [x, y] as const));
  switch (style) {
    case "none":
      return "none";
    case "outline":
      return around
        .filter(([x, y]) => x || y)
        .map(([x, y]) => at(x, y, 1))
        .join(", ");
    case "shadow":
      return [at(2, 2, 2), at(2, 2, 4)].join(", ");
    case "raised":
      return [at(1, 1), at(2, 2)].join(", ");
    case "depressed":
      return [at(-1, -1), at(-2, -2)].join(", ");
  }
}
