/** A vocabulary as it is typed. */

import { expect, test } from "vitest";
import { problem, withLearned, wordsIn } from "./words";

test("each line is a word or phrase, once, and blank ones are none", () => {
  expect(wordsIn("Stoa\r\n  Zeno of Citium \n\nStoa\n")).toEqual(["Stoa", "Zeno of Citium"]);
  expect(wordsIn(" \n")).toEqual([]);
});

test("up to 200 lines of 40 letters each are fit", () => {
  const fit = Array.from({ length: 200 }, (_, at) => `${at}`.padEnd(40, "é"));

  expect(problem(fit)).toBeNull();
  expect(problem([...fit, "more"])).toContain("At most 200 lines");
  expect(problem(["😀".repeat(40)])).toBeNull();
  expect(problem(["Stoa", "e".repeat(41)])).toContain("At most 40 letters");
  expect(problem(["Sto\ta"])).toContain("unprintable");
});

test("what a correction has taught meanwhile stays, and what was taken out is gone", () => {
  expect(withLearned(["Zeno"], ["Zeno", "Kition"], ["Zeno", "Kition", "Chrysippos"])).toEqual([
    "Zeno",
    "Chrysippos",
  ]);
});
