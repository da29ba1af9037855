/** A host's statement: what came in, what was kept, what went back; line by line. Pure. */

import type { components } from "../api/schema";
import { written } from "./money";

type Schemas = components["schemas"];

/** Sums of one currency, in its minor units: gross - fees - refunds = share; `debt` is owed. */
export type Total = Schemas["Totals"];
/** One purchase; `entries` is how it stands in the ledger, and sums to zero. */
export type Sale = Schemas["Sale"];
export type Statement = Schemas["Statement"];
export type PayoutState = Schemas["PayoutState"];

const ACCOUNTS: Record<string, string> = {
  buyer: "Buyer",
  clearing: "On its way",
  host: "You",
  platform: "Platform",
  processing: "Card fees",
  debt: "Owed by you",
  unclaimed: "Kept for the buyer",
  elsewhere: "Paid to the buyer in another way",
};

const KINDS: Record<string, string> = {
  charge: "Payment",
  share: "Your share",
  fee: "Platform fee",
  refund: "Refund",
  reversal: "Taken back",
  fee_refund: "Fee given back",
  dispute: "Dispute",
  debt: "Debt",
  settlement: "Paid after all",
  processing: "Card fee",
};

/** Whose side of the ledger that is: "host:acc_1" is "You". */
export function accountName(account: string): string {
  const [kind = account] = account.split(":");
  return ACCOUNTS[kind] ?? account;
}

export function kindName(kind: string): string {
  return KINDS[kind] ?? kind;
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

/** Whether the sale's own figures and its ledger agree. */
export function balanced({ gross, fees, refunds, share, entries }: Sale): boolean {
  const sum = entries.reduce((total, { amount }) => total + amount, 0);
  return sum === 0 && gross - fees - refunds === share;
}
