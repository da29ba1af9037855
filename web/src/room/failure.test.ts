/** What a failed join or a failed connection leads to. */

import { expect, test } from "vitest";
import { ApiError, Unreachable } from "../api/problem";
import { JoinFailed, judge } from "./failure";

const NOW = 1_000_000;
const answer = (status: number, code: string, retryAfter: number | null = null) =>
  new ApiError(status, { code }, retryAfter);

test("a full house is tried again when it says so", () => {
  expect(judge(answer(503, "no_capacity", 5), 0, NOW)).toEqual({
    standing: { kind: "full", retryAt: NOW + 5000 },
    delay: 5000,
  });
});

test("a refusal at the door is final and keeps its code", () => {
  const { standing, delay } = judge(new JoinFailed(answer(403, "removed")), 0, NOW);

  expect(delay).toBeNull();
  expect(standing).toMatchObject({ kind: "refused", code: "removed" });
});

test("a room that is not live any more is over", () => {
  expect(judge(new JoinFailed(answer(409, "not_live")), 0, NOW).standing).toEqual({
    kind: "over",
    reason: "ended",
  });
});

test("a refused token is no refusal of the person: the next join brings a fresh one", () => {
  expect(judge(answer(401, "token_expired"), 0, NOW).delay).toBeGreaterThan(0);
});

test("tries without an answer come further and further apart, within a bound", () => {
  const delays = [0, 3, 6, 50].map((n) => judge(new Unreachable("away"), n, NOW).delay ?? 0);

  expect(delays[0]).toBeLessThanOrEqual(500);
  expect(delays[1]).toBeGreaterThanOrEqual(2000);
  expect(Math.max(...delays)).toBeLessThanOrEqual(15_000);
});
