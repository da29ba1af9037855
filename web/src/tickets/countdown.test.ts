/** What a countdown shows and says. */

import { expect, test } from "vitest";
import { aloud, clockFace, left } from "./countdown";

const NOON = Date.parse("2026-12-01T12:00:00Z");

test.each([
  [900_000, "15:00"],
  [899_999, "15:00"],
  [65_000, "1:05"],
  [999, "0:01"],
  [0, "0:00"],
])("%i ms show as %s", (milliseconds, face) => {
  expect(clockFace(milliseconds)).toBe(face);
});

test("no time is left after the end", () => {
  expect(left("2026-12-01T12:15:00Z", NOON)).toBe(900_000);
  expect(left("2026-12-01T11:59:59Z", NOON)).toBe(0);
});

test("a quarter of an hour is counted aloud only a few times", () => {
  const said = new Set<string>();
  for (let second = 900; second >= 0; second -= 1) said.add(aloud(second * 1000));

  expect([...said]).toEqual([
    "",
    "Less than 10 minutes left.",
    "Less than 5 minutes left.",
    "Less than 2 minutes left.",
    "Less than a minute left.",
  ]);
});
