/** Calls of a host who sells: the offer, what it will earn, promo codes, tickets to give, guests. */

import type { Money } from "../tickets/money";
import type { Discount, Estimate, Offer, PromoCode, Ticket, WantedOffer } from "../tickets/types";
import type { Page } from "../types";
import { call } from "./http";

const at = (roomId: string) => `/rooms/${encodeURIComponent(roomId)}`;
const codeAt = (roomId: string, code: string) =>
  `${at(roomId)}/promo-codes/${encodeURIComponent(code)}`;

export const putOffer = (roomId: string, offer: WantedOffer) =>
  call<Offer>("PUT", `${at(roomId)}/offer`, { body: offer });
export const withdrawOffer = (roomId: string) => call<void>("DELETE", `${at(roomId)}/offer`);

/** What so many tickets at this price would earn me, from where my earnings are now. */
export const estimate = (roomId: string, { amount, currency }: Money, quantity: number) => {
  const query = new URLSearchParams({
    amount: String(amount),
    currency,
    quantity: String(quantity),
  });
  return call<Estimate>("GET", `${at(roomId)}/offer/estimate?${query}`);
};

export const listPromoCodes = (roomId: string) =>
  call<Page<PromoCode>>("GET", `${at(roomId)}/promo-codes`);
export const putPromoCode = (roomId: string, code: string, discount: Discount) =>
  call<PromoCode>("PUT", codeAt(roomId, code), { body: discount });
export const removePromoCode = (roomId: string, code: string) =>
  call<void>("DELETE", codeAt(roomId, code));

/** Free tickets out of the stock. */
export const giveTickets = (roomId: string, handle: string, quantity: number) =>
  call<{ tickets: string[] }>("POST", `${at(roomId)}/comps`, { body: { handle, quantity } });

/** Who has tickets. */
export const listGuests = (roomId: string, cursor: string | null) =>
  call<Page<Ticket>>(
    "GET",
    `${at(roomId)}/tickets?limit=50${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`,
  );
