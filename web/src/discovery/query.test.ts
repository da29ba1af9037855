/** What is looked for, in addresses. */

import { expect, test } from "vitest";
import { EVERYTHING, isNarrow, readWanted, toFilter, type Wanted, writeWanted } from "./query";

const ALL_OF_IT: Wanted = {
  q: "night sky & more",
  topic: "rock'n'roll",
  language: "de",
  host: "ada_1",
  whose: "followed",
};

test("an address keeps all that is looked for", () => {
  expect(readWanted(writeWanted(ALL_OF_IT))).toEqual(ALL_OF_IT);
});

test("who looks for nothing has a plain address", () => {
  expect(writeWanted(EVERYTHING)).toBe("");
  expect(readWanted("")).toEqual(EVERYTHING);
});

test("nonsense in an address is left out", () => {
  const search = `?whose=nobody&language=Klingon&host=../me&topic=${"x".repeat(31)}&q=${"y".repeat(99)}`;

  expect(readWanted(search)).toEqual({ ...EVERYTHING, q: "y".repeat(70) });
});

test("the API is asked only for what narrows the list down", () => {
  const wanted = { ...EVERYTHING, q: "  ", topic: "music" };

  expect(toFilter(wanted)).toEqual({ q: null, topic: "music", language: null, host: null });
  expect(isNarrow(wanted)).toBe(true);
  expect(isNarrow({ ...EVERYTHING, q: " ", whose: "mine" })).toBe(false);
});
