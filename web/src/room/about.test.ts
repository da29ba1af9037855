/** What a room is about, typed and sent. */

import { expect, test } from "vitest";
import { asSent, asTyped, hasTooMany, isFit } from "./about";

const EMPTY = { title: "", description: "", topics: "" };

test("topics are sent without hashes and blanks, in small letters and each once", () => {
  expect(asSent({ ...EMPTY, title: " Tides ", topics: "#Sea, maps,, SEA " })).toEqual({
    title: "Tides",
    description: "",
    topics: ["sea", "maps"],
  });
});

test("what was sent can be typed on", () => {
  const room = { title: "Tides", description: "High and low.", topics: ["sea", "maps"] };

  expect(asTyped(room)).toEqual({ ...room, topics: "sea, maps" });
  expect(asSent(asTyped(room))).toEqual(room);
});

test("a room needs a title, and has three topics at most", () => {
  const tides = { ...EMPTY, title: "Tides" };

  expect(isFit(tides)).toBe(true);
  expect(isFit({ ...tides, title: "  " })).toBe(false);
  expect(hasTooMany({ ...tides, topics: "a, b, c, c" })).toBe(false);
  expect(isFit({ ...tides, topics: "a, b, c, d" })).toBe(false);
});
