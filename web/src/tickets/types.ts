/** The API's shapes around tickets: what is sold, what is held, what somebody has. */

import type { Person, Room } from "../types";
import type { Money } from "./money";

export type RefundRule = "until_start" | "never";

/** What a host sells, and what becomes of the price of one ticket now. Free ones have no price. */
export interface Offer {
  room_id: string;
  price: Money | null;
  quantity: number;
  per_account: number;
  sales_end_at: string | null;
  refund_rule: RefundRule;
  left: number;
  sold: number;
  held: number;
  /** How many are on the waiting list. */
  waiting: number;
  host_share: Money;
  platform_fee: Money;
  on_sale: boolean;
}

/** `price: null` gives tickets away. */
export interface WantedOffer {
  price: Money | null;
  quantity: number;
  per_account: number;
  sales_end_at: string | null;
  refund_rule: RefundRule;
}

/** What a host would earn if all were sold, and of one ticket. */
export interface Estimate {
  gross: Money;
  platform_fee: Money;
  host_share: Money;
  per_ticket: { price: Money; platform_fee: Money; host_share: Money };
  /** The part of the sales that falls into each tier; `up_to` bounds lifetime earnings. */
  tiers: { up_to: Money | null; basis_points: number; portion: Money; fee: Money }[];
}

export type HoldState = "held" | "paid" | "lapsed" | "released" | "refunded";

/** Tickets off sale for a buyer until they are paid for or the hold lapses. */
export interface Hold {
  hold_id: string;
  room_id: string;
  quantity: number;
  state: HoldState;
  lapses_at: string;
  unit_price: Money;
  /** Of all tickets. */
  price: Money;
  payment: Payment | null;
  /** Ids, once it is paid. */
  tickets: string[];
}

/** What opens the payment form. Neither is kept anywhere. */
export interface Payment {
  client_secret: string;
  publishable_key: string;
}

export interface WantedHold {
  quantity: number;
  promo_code?: string;
}

export type TicketState = "valid" | "refunded" | "disputed";

export interface Ticket {
  ticket_id: string;
  room: Room;
  holder: Person;
  buyer_id: string;
  price: Money;
  state: TicketState;
  issued_at: string;
  checked_in_at: string | null;
  attended_minutes: number;
  refundable: boolean;
  refundable_until: string | null;
}

/** A place on the waiting list, from 1. `hold_id`: it is this account's turn. */
export interface Waiting {
  place: number;
  hold_id: string | null;
}

/** Takes a percentage or an amount off each of so many tickets as are `left`. */
export interface PromoCode {
  code: string;
  percent: number | null;
  amount: number | null;
  limit: number;
  left: number;
}

export type Discount = { percent: number; limit: number } | { amount: number; limit: number };
