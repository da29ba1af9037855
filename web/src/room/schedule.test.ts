/** Starts as they are typed, wherever the device that runs this is. */

import { expect, test } from "vitest";
import {
  asTyped,
  bounds,
  fromTyped,
  hostsClock,
  startProblem,
  suggestion,
  zoneInWords,
} from "./schedule";

const NOW = new Date(2026, 11, 1, 18, 20, 30);

test("a moment is typed in the device's own time", () => {
  expect(asTyped(new Date(2026, 0, 2, 3, 4))).toBe("2026-01-02T03:04");
  expect(fromTyped("2026-01-02T03:04")).toEqual(new Date(2026, 0, 2, 3, 4));
});

test("the first suggestion is a full hour, at least one from now", () => {
  expect(suggestion(NOW)).toBe("2026-12-01T20:00");
  expect(suggestion(new Date(2026, 11, 1, 18, 0))).toBe("2026-12-01T19:00");
});

test("what is suggested can be scheduled", () => {
  const { min, max } = bounds(NOW);

  expect(startProblem(suggestion(NOW), NOW)).toBeNull();
  expect(startProblem(max, NOW)).toBeNull();
  expect(startProblem(min, NOW)).not.toBeNull();
});

test.each(["", "soon", "2026-12-01T18:20", "2025-12-01T19:00", "2027-01-01T19:00"])(
  "nothing starts at %j",
  (typed) => {
    expect(startProblem(typed, NOW)).not.toBeNull();
  },
);

test("a zone is told with what the clock differs by on that day", () => {
  expect(zoneInWords(new Date("2026-12-01T12:00:00Z"), "Europe/Berlin")).toBe(
    "Europe/Berlin, GMT+1",
  );
  expect(zoneInWords(new Date("2026-07-01T12:00:00Z"), "America/New_York")).toBe(
    "America/New York, GMT-4",
  );
  expect(zoneInWords(new Date("2026-07-01T12:00:00Z"), "UTC")).toContain("UTC");
});

test("a host's clock is told where it shows another time, or another day", () => {
  const start = "2026-12-01T18:00:00Z";

  expect(hostsClock(start, "America/New_York", "Europe/Berlin")).toMatch(
    /^Tue.* (1:00|13:00).*\(America\/New York, GMT-5\)$/,
  );
  expect(hostsClock(start, "Australia/Lord_Howe", "Europe/Berlin")).toMatch(/^Wed/);
});

test("where both clocks show the same there is nothing to tell, however zones are called", () => {
  const start = "2026-12-01T18:00:00Z";

  expect(hostsClock(start, "Europe/Vienna", "Europe/Berlin")).toBeNull();
  expect(hostsClock(start, null, "Europe/Berlin")).toBeNull();
  expect(hostsClock(start, "Mars/Olympus_Mons", "Europe/Berlin")).toBeNull();
});
