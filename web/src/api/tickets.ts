/** Calls about tickets that somebody has. */

import type { Ticket } from "../tickets/types";
import type { Page } from "../types";
import { call } from "./http";

const at = (ticketId: string) => `/tickets/${encodeURIComponent(ticketId)}`;

export const myTickets = (cursor: string | null = null) =>
  call<Page<Ticket>>(
    "GET",
    `/me/tickets?limit=100${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`,
  );
export const readTicket = (ticketId: string) => call<Ticket>("GET", at(ticketId));

/** Gives it back; the money follows. */
export const refundTicket = (ticketId: string) =>
  call<Ticket>("POST", `${at(ticketId)}/refund`, { body: {} });

/** Gives it to another account. */
export const giveTicket = (ticketId: string, handle: string) =>
  call<Ticket>("POST", `${at(ticketId)}/transfer`, { body: { handle } });
