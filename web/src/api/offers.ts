/** Calls of a host who sells: the offer, what it will earn, promo codes, tickets to give, guests. */

import type { Price } from "../tickets/money";
import type { Discount, WantedOffer } from "../tickets/types";
import { answer, api } from "./client";

const of = (room_id: string) => ({ params: { path: { room_id } } });
const ofCode = (room_id: string, code: string) => ({ params: { path: { room_id, code } } });

export const putOffer = (roomId: string, offer: WantedOffer) =>
  answer(api.PUT("/rooms/{room_id}/offer", { ...of(roomId), body: offer }));
export const withdrawOffer = (roomId: string) =>
  answer(api.DELETE("/rooms/{room_id}/offer", of(roomId)));

/** What so many tickets at this price would earn me, from where my earnings are now. */
export const estimate = (room_id: string, { amount, currency }: Price, quantity: number) =>
  answer(
    api.GET("/rooms/{room_id}/offer/estimate", {
      params: { path: { room_id }, query: { amount, currency, quantity } },
    }),
  );

export const listPromoCodes = (roomId: string) =>
  answer(api.GET("/rooms/{room_id}/promo-codes", of(roomId)));
export const putPromoCode = (roomId: string, code: string, discount: Discount) =>
  answer(
    api.PUT("/rooms/{room_id}/promo-codes/{code}", { ...ofCode(roomId, code), body: discount }),
  );
export const removePromoCode = (roomId: string, code: string) =>
  answer(api.DELETE("/rooms/{room_id}/promo-codes/{code}", ofCode(roomId, code)));

/** Free tickets out of the stock. */
export const giveTickets = (roomId: string, handle: string, quantity: number) =>
  answer(api.POST("/rooms/{room_id}/comps", { ...of(roomId), body: { handle, quantity } }));

/** Who has tickets. */
export const listGuests = (room_id: string, cursor: string | null) =>
  answer(
    api.GET("/rooms/{room_id}/tickets", {
      params: { path: { room_id }, query: { limit: 50, cursor } },
    }),
  );
