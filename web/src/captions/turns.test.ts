/** Turns, finds and times. */

import { expect, test } from "vitest";
import type { CaptionLine } from "../types";
import { beginsTurn, clock, cut, matches } from "./turns";

const said = (who: string, starts_ms: number) =>
  ({
    speaker: { account_id: who, handle: null },
    starts_ms,
    ends_ms: starts_ms + 1000,
  }) as CaptionLine;

test("a turn begins with another speaker, and after a silence", () => {
  expect(beginsTurn(said("a", 0), undefined)).toBe(true);
  expect(beginsTurn(said("a", 2000), said("a", 0))).toBe(false);
  expect(beginsTurn(said("b", 2000), said("a", 0))).toBe(true);
  expect(beginsTurn(said("a", 60_000), said("a", 0))).toBe(true);
});

test("finds are cut out, whatever their case", () => {
  expect(cut("The tide, the TIDE", "tide")).toEqual(["The ", "tide", ", the ", "TIDE", ""]);
  expect(cut("The tide", "  ")).toEqual(["The tide"]);
});

test.each(["(", "[", ".*", "$&", "a|b", "\\", "--> <b>"])(
  "%s is text to find, no pattern",
  (query) => {
    expect(matches(`so ${query} it`, query)).toBe(true);
    expect(matches("so it", query)).toBe(false);
  },
);

test("words are found across any space between them", () => {
  expect(matches("low  tide", "low tide")).toBe(true);
});

test("times are as short as they can be", () => {
  expect([0, 65_000, 3_723_456].map(clock)).toEqual(["0:00", "1:05", "1:02:03"]);
});
