/** What buyers read of refunds: the rule before they pay, and what went back afterwards. */

import { expect, test } from "vitest";
import { goneBack, reasonWords, refundWords, ruleWords, stateWords } from "./refunds";
import type { Hold, Refund, Ticket } from "./types";

const usd = (amount: number) => ({ amount, currency: "usd" });
const refund = (amount: number, change: Partial<Refund> = {}): Refund => ({
  refund_id: `re_${amount}`,
  at: "2026-12-01T12:00:00Z",
  amount: usd(amount),
  reason: "asked",
  ground: "until_start",
  state: "done",
  ...change,
});
const THREE_AT_3_33 = { price: usd(999), refunds: [] as Refund[] } as Hold;
const ONE_OF_THEM = { price: usd(333) } as Ticket;

test("either rule says what comes back unasked", () => {
  expect(ruleWords("until_start")).toContain("until the room starts");
  expect(ruleWords("never")).toContain("only if the room is moved");
  for (const rule of ["until_start", "never"] as const) {
    expect(ruleWords(rule)).toContain("everything comes back unasked");
  }
});

test("who has asked reads by which rule, and everybody else why it came unasked", () => {
  expect(reasonWords(refund(333, { ground: "moved" }))).toContain("after the room was moved");
  expect(reasonWords(refund(333, { ground: "blocked" }))).toContain("host keeps you out");
  const unasked = { reason: "host_absent", ground: null } as const;
  expect(reasonWords(refund(333, unasked))).toBe("The host did not come.");
});

test("money that the bank would not take is said to be owed", () => {
  expect(stateWords(refund(333, { state: "owed" }))).toContain("It is yours still");
});

test("giving a ticket back names the sum, if there is one", () => {
  expect(refundWords(ONE_OF_THEM, THREE_AT_3_33)).toMatch(/^\$3\.33 goes back to the card/);
  expect(refundWords({ price: usd(0) } as Ticket, THREE_AT_3_33)).toContain("cost nothing");
});

test("what went back by hand is missing from the last tickets to go back", () => {
  const byHand = { ...THREE_AT_3_33, refunds: [refund(400, { reason: "by_hand", ground: null })] };
  expect(goneBack(byHand)).toEqual(usd(400));
  expect(refundWords(ONE_OF_THEM, byHand)).toMatch(/^\$3\.33 goes back/);

  const first = { ...byHand, refunds: [...byHand.refunds, refund(333)] };
  expect(refundWords(ONE_OF_THEM, first)).toContain("$2.66 goes back");

  const second = { ...first, refunds: [...first.refunds, refund(266)] };
  expect(refundWords(ONE_OF_THEM, second)).toBe("All of its price has gone back already.");
});
