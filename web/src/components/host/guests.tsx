/** The guest list: who has tickets, who came, and for how long. */

import { Link } from "wouter-preact";
import { listGuests } from "../../api/offers";
import { sentence } from "../../api/problem";
import { priceOf } from "../../tickets/money";
import type { Ticket } from "../../tickets/types";
import { Face } from "../face";
import { MoreButton } from "../more-button";
import { usePages } from "../pages";

export function Guests({ roomId }: { roomId: string }) {
  const pages = usePages(roomId, (cursor) => listGuests(roomId, cursor));
  const { items, error } = pages;
  return (
    <>
      {error !== undefined && <p class="note error">{sentence(error)}</p>}
      {items?.length === 0 && <p class="note">Nobody has a ticket yet.</p>}
      <ul class="rows guests" aria-busy={items === undefined && error === undefined}>
        {items?.map((ticket) => (
          <li key={ticket.ticket_id}>
            <Face person={ticket.holder} size="s" />
            <span>
              <Link href={`/people/${ticket.holder.handle ?? ""}`}>{ticket.holder.name}</Link>
              <small class="note">{came(ticket)}</small>
            </span>
            <span class="note">{priceOf(ticket.price)}</span>
          </li>
        ))}
      </ul>
      <MoreButton pages={pages} />
    </>
  );
}

function came({ state, checked_in_at: came, attended_minutes: minutes }: Ticket): string {
  if (state === "refunded") return "Gave it back";
  if (state === "disputed") return "Disputed at the bank";
  if (!came) return "Not here yet";
  return minutes > 0 ? `Came, ${minutes} min` : "Came in";
}
