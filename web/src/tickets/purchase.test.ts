/** Buying, step by step; and that no order of happenings sells twice or loses a payment. */

import { expect, test } from "vitest";
import { type Buying, CHOOSING, type Happening, next } from "./purchase";
import type { Hold, HoldState } from "./types";

const hold = (state: HoldState = "held", change: Partial<Hold> = {}): Hold => ({
  hold_id: "hold_1",
  room_id: "room_1",
  quantity: 1,
  state,
  lapses_at: "2026-12-01T12:15:00Z",
  unit_price: { amount: 1200, currency: "usd" },
  price: { amount: 1200, currency: "usd" },
  payment: { client_secret: "secret", publishable_key: "key" },
  tickets: state === "paid" ? ["ticket_1"] : [],
  ...{ refund_rule: "until_start", refunds: [] },
  ...change,
});
const told = (state: HoldState, change: Partial<Hold> = {}): Happening => ({
  type: "told",
  hold: hold(state, change),
});
const after = (...happenings: Happening[]): Buying => happenings.reduce(next, CHOOSING);

const PAYING: Happening[] = [{ type: "asked" }, told("held")];
const SETTLING: Happening[] = [...PAYING, { type: "confirming" }, { type: "confirmed" }];

test("tickets are asked for, held, paid for and had", () => {
  expect(after({ type: "asked" })).toEqual({ step: "asking" });
  expect(after(...PAYING)).toMatchObject({ step: "paying", busy: false, problem: null });
  expect(after(...SETTLING)).toMatchObject({ step: "settling", looks: 0 });
  expect(after(...SETTLING, told("held"))).toMatchObject({ step: "settling", looks: 1 });
  expect(after(...SETTLING, told("held"), told("paid"))).toMatchObject({
    step: "bought",
    hold: { tickets: ["ticket_1"] },
  });
});

test("free tickets are had at once", () => {
  expect(after({ type: "asked" }, told("paid")).step).toBe("bought");
});

test("a second click asks for nothing more", () => {
  const asking = after({ type: "asked" });

  expect(next(asking, { type: "asked" })).toBe(asking);
});

test("a refusal leads back to the choice and says why", () => {
  const refused = after({ type: "asked" }, { type: "refused", problem: "Only 2 are left." });

  expect(refused).toEqual({ step: "choosing", problem: "Only 2 are left." });
});

test("a declined card leaves the same hold open for another", () => {
  const declined = after(
    ...PAYING,
    { type: "confirming" },
    { type: "declined", problem: "Your card was declined." },
  );

  expect(declined).toMatchObject({
    step: "paying",
    hold: { hold_id: "hold_1" },
    busy: false,
    problem: "Your card was declined.",
  });
  expect(next(declined, { type: "confirming" })).toMatchObject({ busy: true, problem: null });
});

test("a hold whose time is over is gone, unless the bank is asked just now", () => {
  expect(after(...PAYING, { type: "time_up" })).toMatchObject({ step: "gone", why: "lapsed" });

  const confirming = after(...PAYING, { type: "confirming" });

  expect(next(confirming, { type: "time_up" })).toBe(confirming);
});

test("a payment that is under way outlives its hold, until it is known what became of it", () => {
  const waiting = after(...SETTLING, { type: "time_up" }, told("lapsed"));

  expect(waiting.step).toBe("settling");
  expect(next(waiting, told("paid")).step).toBe("bought");
  expect(next(waiting, told("refunded"))).toMatchObject({ step: "gone", why: "refunded" });
});

test("a hold that lapsed elsewhere is gone, one that was given up is forgotten", () => {
  expect(after(...PAYING, told("lapsed"))).toMatchObject({ step: "gone", why: "lapsed" });
  expect(after(...PAYING, told("released"))).toEqual(CHOOSING);
});

test("a hold that another tab paid for is had here too", () => {
  expect(after(...PAYING, told("paid")).step).toBe("bought");
});

test("looking at the hold again disturbs neither the form nor its message", () => {
  const declined = after(...PAYING, { type: "confirming" }, { type: "declined", problem: "No." });

  expect(next(declined, told("held", { payment: null }))).toEqual(declined);
});

test("when no payment arrives, the form opens again for the same hold", () => {
  const again = after(...SETTLING, told("held"), { type: "pay_again" });

  expect(again).toMatchObject({ step: "paying", hold: { hold_id: "hold_1" }, busy: false });
});

test("what was bought stays bought, whatever comes late", () => {
  const bought = after(...SETTLING, told("paid"));
  const late: Happening[] = [
    { type: "asked" },
    { type: "refused", problem: "late" },
    { type: "confirming" },
    { type: "declined", problem: "late" },
    { type: "confirmed" },
    { type: "time_up" },
    { type: "pay_again" },
  ];

  for (const happening of late) expect(next(bought, happening)).toBe(bought);
});
