/** An offer as its host types it, and what of it can't be. Pure. */

import { asTyped, fromTyped } from "../room/schedule";
import { type Currency, priceProblem, readAmount, typed } from "./money";
import type { Offer, RefundRule, WantedOffer } from "./types";

const MOST = 20_000;
const MOST_PER_ACCOUNT = 10;

/** Text as in the fields; `sales_end` as an <input type="datetime-local"> has it, or empty. */
export interface Draft {
  free: boolean;
  price: string;
  currency: Currency;
  quantity: string;
  per_account: string;
  sales_end: string;
  refund_rule: RefundRule;
}

export const NEW: Draft = {
  free: false,
  price: "",
  currency: "usd",
  quantity: "100",
  per_account: "4",
  sales_end: "",
  refund_rule: "until_start",
};

/** An offer that there is, to be changed. */
export function draftOf(offer: Offer): Draft {
  const { price } = offer;
  return {
    free: price === null,
    price: price ? typed(price) : "",
    currency: (price?.currency as Currency | undefined) ?? NEW.currency,
    quantity: String(offer.quantity),
    per_account: String(offer.per_account),
    sales_end: offer.sales_end_at ? asTyped(new Date(offer.sales_end_at)) : "",
    refund_rule: offer.refund_rule,
  };
}

type Problems = Partial<Record<keyof Draft, string>>;

/** What can't be, by field. `taken`: so many are sold or held, and can't be taken off again. */
export function problems(draft: Draft, taken: number, now: Date): Problems {
  const found: Problems = {};
  if (!draft.free) {
    const price = priceProblem(draft.price, draft.currency);
    if (price) found.price = price;
  }
  const fewest = Math.max(1, taken);
  if (!whole(draft.quantity, fewest, MOST)) {
    found.quantity =
      taken > 0
        ? `${taken} are sold or held already, so at least as many.`
        : `From 1 to ${MOST.toLocaleString()}.`;
  }
  if (!whole(draft.per_account, 1, MOST_PER_ACCOUNT)) {
    found.per_account = `From 1 to ${MOST_PER_ACCOUNT}.`;
  }
  const end = fromTyped(draft.sales_end);
  if (draft.sales_end !== "" && (!end || end <= now)) found.sales_end = "That is in the past.";
  return found;
}

/** What the API is asked for; null while something can't be. */
export function wantedOffer(draft: Draft, taken: number, now: Date): WantedOffer | null {
  if (Object.keys(problems(draft, taken, now)).length > 0) return null;
  const amount = draft.free ? null : readAmount(draft.price, draft.currency);
  return {
    price: amount === null ? null : { amount, currency: draft.currency },
    quantity: Number(draft.quantity),
    per_account: Number(draft.per_account),
    sales_end_at: fromTyped(draft.sales_end)?.toISOString() ?? null,
    refund_rule: draft.refund_rule,
  };
}

function whole(text: string, least: number, most: number): boolean {
  const number = /^\d+$/.test(text.trim()) ? Number(text) : NaN;
  return number >= least && number <= most;
}
