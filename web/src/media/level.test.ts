/** How a microphone's level is told. */

import { expect, test } from "vitest";
import { loudness } from "./level";

const tone = (amplitude: number) =>
  Float32Array.from({ length: 2048 }, (_, at) => amplitude * Math.sin(at / 8));

test("silence is nothing, and the loudest tone nearly all", () => {
  expect(loudness(new Float32Array(2048))).toBe(0);
  expect(loudness(tone(1))).toBeGreaterThan(0.9);
});

test("half as loud is the same step down, whether one shouts or whispers", () => {
  const step = (amplitude: number) => loudness(tone(amplitude)) - loudness(tone(amplitude / 2));

  expect(step(1)).toBeCloseTo(step(0.1), 3);
});
