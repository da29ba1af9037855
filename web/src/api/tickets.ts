/** Calls about tickets that somebody has. */

import { answer, api } from "./client";

const of = (ticket_id: string) => ({ params: { path: { ticket_id } } });

export const myTickets = (cursor: string | null = null) =>
  answer(api.GET("/me/tickets", { params: { query: { limit: 100, cursor } } }));
export const readTicket = (ticketId: string) =>
  answer(api.GET("/tickets/{ticket_id}", of(ticketId)));

/** Gives it back; the money follows. */
export const refundTicket = (ticketId: string) =>
  answer(api.POST("/tickets/{ticket_id}/refund", of(ticketId)));

/** Gives it to another account. */
export const giveTicket = (ticketId: string, handle: string) =>
  answer(api.POST("/tickets/{ticket_id}/transfer", { ...of(ticketId), body: { handle } }));
