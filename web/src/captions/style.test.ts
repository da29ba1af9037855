/** What was stored or sent as a style, and whether it can be read. */

import { expect, test } from "vitest";
import { type CaptionStyle, COLORS, hardToRead, paint, PLAIN, readStyle } from "./style";

const styled = (change: Partial<CaptionStyle>): CaptionStyle => ({ ...PLAIN, ...change });

test("a style comes back as it was stored", () => {
  const style = styled({ font: "casual", text_color: "yellow", window_opacity: 25, shown: false });

  expect(readStyle(JSON.parse(JSON.stringify(style)))).toEqual(style);
});

test.each([null, undefined, 7, "x", [], { font: "wingdings", text_opacity: 33, theme: "auto" }])(
  "what makes no sense has its default: %j",
  (value) => {
    expect(readStyle(value)).toEqual(PLAIN);
  },
);

test("automatic text can be read on every colour that stands behind it", () => {
  for (const [color] of COLORS) {
    expect(hardToRead(styled({ window_color: color }))).toBe(false);
    expect(hardToRead(styled({ background_color: color, background_opacity: 100 }))).toBe(false);
  }
});

test.each<Partial<CaptionStyle>>([
  { text_color: "black", window_color: "black" },
  { text_color: "white", window_color: "yellow" },
  { text_color: "blue", background_color: "black", background_opacity: 75 },
  { text_opacity: 25 },
])("what is hard to read is told: %j", (change) => {
  expect(hardToRead(styled(change))).toBe(true);
});

test("the background counts before the window behind it", () => {
  const style = styled({
    text_color: "white",
    window_color: "yellow",
    background_color: "black",
    background_opacity: 100,
  });

  expect(hardToRead(style)).toBe(false);
});

test("what stands beside the letters suits the window, whatever is behind the letters", () => {
  const style = styled({ background_color: "black", background_opacity: 100 });

  expect(paint(style)["--caption-text"]).toBe("rgb(255 255 255)");
  expect(paint(style)["--caption-ink"]).toBe("var(--ink)");
});

test("opacity mixes a colour with what is behind it", () => {
  expect(paint(styled({ window_color: "blue", window_opacity: 50 }))["--caption-window"]).toBe(
    "color-mix(in srgb, rgb(0 0 255) 50%, transparent)",
  );
  expect(paint(PLAIN)["--caption-window"]).toBe("var(--surface)");
});
