/** When a ticket goes back for money, and what has gone back, in a buyer's words. Pure. */

import { type Money, written } from "./money";
import type { Hold, Refund, RefundRule, Ticket } from "./types";

/** As on the receipt. */
const RULES: Record<RefundRule, string> = {
  until_start: "Tickets can be given back for a full refund until the room starts.",
  never: "Tickets can be given back only if the room is moved, or does not happen.",
};

const UNASKED = "If it is cancelled or its host does not come, everything comes back unasked.";

const ASKED: Record<NonNullable<Refund["ground"]>, string> = {
  until_start: "You gave it back before the room started, as bought.",
  moved: "You gave it back after the room was moved.",
  blocked: "You gave it back, since the host keeps you out.",
};

const REASONS: Record<Refund["reason"], string> = {
  asked: "You gave it back.",
  by_hand: "It was returned to you by hand.",
  room_cancelled: "The room was cancelled.",
  host_absent: "The host did not come.",
  too_late: "Your payment came when no ticket was left.",
};

const STATES: Record<Refund["state"], string> = {
  wanted: "It is being sent the way it came.",
  done: "It was sent the way it came. Banks take 5 to 10 days to show it.",
  owed: "Your bank has sent it back. It is yours still, and will be paid to you in another way.",
  settled: "Your bank had sent it back, and it was paid to you in another way.",
};

/** What holds of giving tickets back, for who is about to pay or has paid. */
export function ruleWords(rule: RefundRule): string {
  return `${RULES[rule]} ${UNASKED}`;
}

/** Why money went back. */
export function reasonWords({ reason, ground }: Refund): string {
  return ground ? ASKED[ground] : REASONS[reason];
}

/** Where it is now. */
export function stateWords({ state }: Refund): string {
  return STATES[state];
}

/** What has gone back of a purchase, or is to. */
export function goneBack({ price, refunds }: Hold): Money {
  return { ...price, amount: refunds.reduce((sum, { amount }) => sum + amount.amount, 0) };
}

/** What giving the ticket back comes to; `hold` is what it was bought with, as far as it is known. */
export function refundWords(ticket: Ticket, hold?: Hold): string {
  const { price } = ticket;
  if (price.amount === 0) return "It cost nothing, so nothing is paid back.";
  const worth = hold ? worthNow(ticket, hold) : price;
  if (worth.amount === 0) return "All of its price has gone back already.";
  const before = worth.amount < price.amount ? "The rest of its price has gone back already. " : "";
  const comes = `${written(worth)} goes back to the card that it was paid with.`;
  return `${before}${comes} Banks take 5 to 10 days to show it.`;
}

/** What went back by hand is missing from the last tickets to go back (docs/tickets.md). */
function worthNow({ price }: Ticket, hold: Hold): Money {
  const left = hold.price.amount - goneBack(hold).amount;
  return { ...price, amount: Math.min(price.amount, left) };
}
