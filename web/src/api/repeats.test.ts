/** Requests that got no answer, and are sent again. */

import { expect, test } from "vitest";
import { Repeats } from "./repeats";

const NOON = 43_200_000;

test("what got no answer is the same when it is sent again, and then another", () => {
  const repeats = new Repeats();
  const key = repeats.keyFor("/rooms a talk", NOON);
  repeats.keep("/rooms a talk", key, NOON);

  expect(repeats.keyFor("/rooms another talk", NOON)).not.toBe(key);
  expect(repeats.keyFor("/rooms a talk", NOON + 5_000)).toBe(key);
  expect(repeats.keyFor("/rooms a talk", NOON + 6_000)).not.toBe(key);
});

test("after some minutes the same is wanted once more", () => {
  const repeats = new Repeats();
  repeats.keep("/rooms a talk", "key", NOON);

  expect(repeats.keyFor("/rooms a talk", NOON + 180_000)).not.toBe("key");
});
