/** What an answer that is no means for whoever asked. */

import { expect, test } from "vitest";
import { ApiError, mayPass, pauseAfter, Unreachable } from "./problem";

const busy = new ApiError(503, { code: "busy" }, 1);

test("who is told to come again in a moment does so, and not for ever", () => {
  expect(pauseAfter(busy, 1, 0)).toBe(1_000);
  expect(pauseAfter(busy, 2, 0.5)).toBe(1_500);
  expect(pauseAfter(busy, 3, 0)).toBeNull();
});

test("what takes longer, or will not change, is told at once", () => {
  expect(pauseAfter(new ApiError(503, { code: "no_capacity" }, 5), 1, 0)).toBeNull();
  expect(pauseAfter(new ApiError(503, {}, null), 1, 0)).toBeNull();
  expect(pauseAfter(new ApiError(409, { code: "sold_out" }, null), 1, 0)).toBeNull();
});

test("a refusal stays one, no answer may become another", () => {
  expect(mayPass(new Unreachable("no answer"))).toBe(true);
  expect(mayPass(busy)).toBe(true);
  expect(mayPass(new ApiError(409, { code: "request_in_progress" }, null))).toBe(true);
  expect(mayPass(new ApiError(404, {}, null))).toBe(false);
});
