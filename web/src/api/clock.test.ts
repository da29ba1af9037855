/** Whose time counts. */

import { expect, test } from "vitest";
import { heard, serverNow } from "./clock";

const NOON = Date.parse("2026-12-01T12:00:00Z");

test("a device whose clock is right keeps it", () => {
  heard("Tue, 01 Dec 2026 12:00:00 GMT", NOON + 2_300);

  expect(serverNow(NOON)).toBe(NOON);
});

test("a device that is an hour fast counts as the server does", () => {
  heard("Tue, 01 Dec 2026 12:00:00 GMT", NOON + 3_600_000);

  expect(serverNow(NOON + 3_660_000)).toBe(NOON + 60_000);
});

test("an answer without a date changes nothing", () => {
  heard("Tue, 01 Dec 2026 12:00:00 GMT", NOON - 60_000);
  heard(null, NOON);
  heard("yesterday", NOON);

  expect(serverNow(NOON - 60_000)).toBe(NOON);
});
