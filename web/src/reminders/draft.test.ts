/** Reminders as they are chosen and told. */

import { expect, test } from "vitest";
import { inWords, leadsAhead, problem, toggled } from "./draft";

const NOON = Date.parse("2026-12-01T12:00:00Z");
const minutes = (options: readonly (readonly [number, string])[]) => options.map(([lead]) => lead);

test("only times that are still to come are offered, and those that are set", () => {
  const inTwentyMinutes = "2026-12-01T12:20:00Z";

  expect(minutes(leadsAhead(inTwentyMinutes, [], NOON))).toEqual([0, 5, 10]);
  expect(minutes(leadsAhead(inTwentyMinutes, [60], NOON))).toEqual([0, 5, 10, 60]);
  expect(minutes(leadsAhead("2026-12-03T12:00:00Z", [], NOON))).toHaveLength(6);
});

test("the real start is always offered, even to a host who is late", () => {
  expect(minutes(leadsAhead("2026-12-01T11:50:00Z", [], NOON))).toEqual([0]);
});

test("a reminder needs a time and a way, and five times at most", () => {
  expect(problem({ leads: [0], channels: ["push"] })).toBeNull();
  expect(problem({ leads: [], channels: ["push"] })).toBe("Choose when to be reminded.");
  expect(problem({ leads: [0], channels: [] })).toBe("Choose how you want to hear of it.");
  expect(problem({ leads: [0, 5, 10, 30, 60, 1440], channels: ["push"] })).toBe(
    "5 times at most, please.",
  );
});

test("a choice is made once, and taken back", () => {
  expect(toggled([0, 5], 5, true)).toEqual([0, 5]);
  expect(toggled([0, 5], 5, false)).toEqual([0]);
});

test("it is told as one would say it", () => {
  expect(inWords({ leads: [0, 30], channels: ["email", "in_app", "push"] })).toBe(
    "30 minutes before and when it begins, by e-mail and push and in the app",
  );
  expect(inWords({ leads: [0], channels: ["in_app"] })).toBe("when it begins, in the app");
  expect(inWords({ leads: [15], channels: ["push"] })).toBe("15 minutes before, by push");
});
