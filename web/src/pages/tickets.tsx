/** The tickets that I have: those that open a door, and those that did. */

import { Ticket as TicketIcon } from "lucide-preact";
import { Link } from "wouter-preact";
import { sentence } from "../api/problem";
import { myTickets } from "../api/tickets";
import { me } from "../auth/me";
import { MoreButton } from "../components/more-button";
import { usePages } from "../components/pages";
import { Stub } from "../components/tickets/stub";
import { useTitle } from "../components/title";
import { current, outlook, spoiled } from "../tickets/standing";
import type { Ticket } from "../tickets/types";

export function TicketsPage() {
  useTitle("My tickets");
  const self = me.value;
  return (
    <div class="page narrow">
      <h1>My tickets</h1>
      {self === null && (
        <>
          <p class="lead">Sign in to see the tickets that you have.</p>
          <Link href="/sign-in?to=/tickets" class="button primary">
            Sign in
          </Link>
        </>
      )}
      {self && <Mine key={self.account_id} accountId={self.account_id} />}
    </div>
  );
}

function Mine({ accountId }: { accountId: string }) {
  const pages = usePages(accountId, myTickets);
  const { items, error } = pages;
  const open = items?.filter(current) ?? [];
  const over = items?.filter((ticket) => !current(ticket)) ?? [];
  return (
    <div class="ticket-list" aria-busy={items === undefined && error === undefined}>
      {error !== undefined && (
        <p class="banner" role="alert">
          {sentence(error)}
        </p>
      )}
      {items?.length === 0 && <None />}
      <List tickets={open.toSorted(soonest)} label="Tickets for what is to come" />
      {over.length > 0 && (
        <section aria-labelledby="over">
          <h2 id="over">Over</h2>
          <List tickets={over} label="Tickets for what is over" />
        </section>
      )}
      <MoreButton pages={pages} />
    </div>
  );
}

function List({ tickets, label }: { tickets: Ticket[]; label: string }) {
  if (tickets.length === 0) return null;
  return (
    <ul class="stubs" aria-label={label}>
      {tickets.map((ticket) => (
        <li key={ticket.ticket_id}>
          <Stub room={ticket.room} ticketId={ticket.ticket_id} void={spoiled(ticket)}>
            <p class="stub-note">{outlook(ticket)}</p>
            <p class="actions">
              <Link href={`/tickets/${ticket.ticket_id}`} class="button veil small">
                See this ticket
              </Link>
              {ticket.room.state === "live" && ticket.state === "valid" && (
                <Link href={`/rooms/${ticket.room.room_id}`} class="button on-paint small">
                  To the room
                </Link>
              )}
            </p>
          </Stub>
        </li>
      ))}
    </ul>
  );
}

function None() {
  return (
    <div class="empty">
      <TicketIcon class="empty-icon" aria-hidden="true" />
      <h2>No tickets yet</h2>
      <p>Rooms with tickets carry a small ticket on their card. Yours will be kept here.</p>
      <Link href="/" class="button primary">
        Find a room
      </Link>
    </div>
  );
}

function soonest(one: Ticket, other: Ticket): number {
  return (one.room.starts_at ?? "").localeCompare(other.room.starts_at ?? "");
}
