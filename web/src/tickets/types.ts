/** The API's shapes around tickets, by the contract: what is sold, what is held, what somebody has. */

import type { components } from "../api/schema";

type Schemas = components["schemas"];

export type RefundRule = Schemas["RefundRule"];

/** What a host sells, and what becomes of the price of one ticket now. Free ones have no price. */
export type Offer = Schemas["Offer"];
/** `price: null` gives tickets away. */
export type WantedOffer = Schemas["NewOffer"];
/** What a host would earn if all were sold, and of one ticket. */
export type Estimate = Schemas["Estimate"];

export type HoldState = Schemas["HoldState"];
/** Tickets off sale for a buyer until they are paid for or the hold lapses. */
export type Hold = Schemas["Hold"];
/** Money on its way back to who bought: why, by which rule if they have asked, and how far. */
export type Refund = Schemas["Refund"];
/** What opens the payment form. Neither is kept anywhere. */
export type Payment = Schemas["Payment"];
export type WantedHold = Schemas["NewHold"] & { quantity: number };

export type TicketState = Schemas["TicketState"];
export type Ticket = Schemas["Ticket"];

/** A place on the waiting list, from 1. `hold_id`: it is this account's turn. */
export type Waiting = Schemas["Waiting"];

/** Takes a percentage or an amount off each of so many tickets as are `left`. */
export type PromoCode = Schemas["PromoCode"];
export type Discount = { percent: number; limit: number } | { amount: number; limit: number };
