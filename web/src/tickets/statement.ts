/** A host's statement: what came in, what was kept, what went back; step by step. Pure. */

import type { components } from "../api/schema";
import { written } from "./money";

type Schemas = components["schemas"];

/** Sums of one currency, in its minor units: gross - fees - refunds = share; `debt` is owed. */
export type Total = Schemas["Totals"];
/** One purchase; `entries` is how it stands in the ledger, and sums to zero. */
export type Sale = Schemas["Sale"];
export type Statement = Schemas["Statement"];
export type PayoutState = Schemas["PayoutState"];

type Entry = Sale["entries"][number];

/** What happened at one time, with its entries; those of money on its way cancel out. */
export interface Step {
  at: string;
  words: string;
  entries: readonly Entry[];
}

const ON_ITS_WAY = "clearing";
const MINE = ["host", "debt"];

const ACCOUNTS: Record<string, string> = {
  buyer: "Buyer",
  host: "You",
  platform: "Platform",
  debt: "Owed by you",
  unclaimed: "Kept for the buyer",
  elsewhere: "Paid to the buyer in another way",
};

const KINDS: Record<Entry["kind"], string> = {
  charge: "Payment",
  share: "Your share",
  fee: "Platform fee",
  refund: "Refund",
  reversal: "Share taken back",
  fee_refund: "Fee given back",
  dispute: "Dispute",
  debt: "Debt",
  settlement: "Paid after all",
  processing: "Card fee",
};

const REASONS: Record<NonNullable<Entry["reason"]>, string> = {
  asked: "Refund: tickets were given back",
  by_hand: "Refund: all of the money was returned by hand",
  room_cancelled: "Refund: the room was cancelled",
  host_absent: "Refund: you did not come",
  too_late: "Refund: the payment came too late",
};

const BY_HAND: Partial<Record<Entry["kind"], string>> = {
  refund: "Refund by hand",
  reversal: "Your share taken back by hand",
  fee_refund: "Platform fee given to you by hand",
};

const STEPS: Record<Entry["step"], string> = {
  paid: "Sale",
  turned_away: "Payment that came too late for a ticket",
  refunded: "Refund",
  refund_failed: "The buyer's bank sent a refund back",
  by_hand: "By hand",
  owed: "A refund that the bank sent back is owed to the buyer",
  settled: "The buyer was paid in another way",
  debt_repaid: "You paid what you owed",
  disputed: "Dispute: the buyer's bank took the money back",
  dispute_won: "Dispute won: the bank gave the money back",
  processed: "Card fee",
};

/** Whose side of the ledger that is: "host:acc_1" is "You". */
export function accountName(account: string): string {
  return ACCOUNTS[sideOf(account)] ?? account;
}

export function kindName(kind: Entry["kind"]): string {
  return KINDS[kind];
}

/** What happened to the money of a sale, in order. */
export function steps({ entries }: Sale): Step[] {
  const found: (Step & { entries: Entry[] })[] = [];
  for (const entry of entries.filter(({ account }) => account !== ON_ITS_WAY)) {
    const words = stepWords(entry);
    const last = found.at(-1);
    if (last?.at === entry.at && last.words === words) last.entries.push(entry);
    else found.push({ at: entry.at, words, entries: [entry] });
  }
  return found;
}

/** What of it all is the host's. */
export function mine({ entries }: Sale): number {
  return total(entries.filter(({ account }) => MINE.includes(sideOf(account))));
}

/** The sums line by line, from what buyers paid to what is the host's. */
export function lines({ currency, ...sums }: Total): [label: string, amount: string][] {
  const line = (label: string, amount: number): [string, string] => [
    label,
    written({ amount, currency }),
  ];
  return [
    line("Sold", sums.gross),
    line("Refunds", 0 - sums.refunds),
    line("Platform fees", 0 - sums.fees),
    ...(sums.debt > 0 ? [line("You owe the platform", sums.debt)] : []),
    line("Your share", sums.share),
  ];
}

/** Whether the sale's own figures and its ledger agree, to the cent. */
export function balanced(sale: Sale): boolean {
  const { gross, fees, refunds, share, entries } = sale;
  const even = [total(entries), ...steps(sale).map((step) => total(step.entries))];
  return even.every((sum) => sum === 0) && gross - fees - refunds === share && mine(sale) === share;
}

function stepWords({ step, reason, kind }: Entry): string {
  const byHand = step === "by_hand" && BY_HAND[kind];
  return byHand || (reason && REASONS[reason]) || STEPS[step];
}

function sideOf(account: string): string {
  return account.split(":")[0] ?? account;
}

function total(entries: readonly Entry[]): number {
  return entries.reduce((sum, { amount }) => sum + amount, 0);
}
