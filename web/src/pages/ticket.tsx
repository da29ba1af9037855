/** One ticket: its code, whose it is, and what can still be done with it. */

import { Gift, Headphones, Undo2 } from "lucide-preact";
import { useState } from "preact/hooks";
import { Link } from "wouter-preact";
import { readHold } from "../api/holds";
import { readTicket, refundTicket } from "../api/tickets";
import { me } from "../auth/me";
import { Confirm } from "../components/confirm";
import { useLoad } from "../components/load";
import { NotHere } from "../components/not-here";
import { GiveDialog } from "../components/tickets/give";
import { Refunds } from "../components/tickets/refunds";
import { Stub } from "../components/tickets/stub";
import { Terms } from "../components/tickets/terms";
import { useTitle } from "../components/title";
import { moment } from "../components/when";
import { toast } from "../room/toasts";
import { priceOf, written } from "../tickets/money";
import { goneBack, refundWords } from "../tickets/refunds";
import { current, outlook, spoiled } from "../tickets/standing";
import type { Hold, Ticket } from "../tickets/types";

const AGAIN = 10_000;

export function TicketPage({ ticketId }: { ticketId: string }) {
  const self = me.value;
  // Whose ticket it is decides who may see it, so it is asked for as somebody.
  const key = `${ticketId} ${self?.account_id}`;
  const read = async () => (self ? readTicket(ticketId) : undefined);
  const { value: ticket, error, reload } = useLoad(key, read, AGAIN);
  const hold = usePurchase(ticket, self?.account_id);
  useTitle(ticket ? `Ticket for ${ticket.room.title}` : "Ticket");
  if (self === null) {
    return (
      <div class="page narrow">
        <h1>A ticket</h1>
        <p class="lead">Sign in as whoever has it, or as the host of its room.</p>
        <Link href={`/sign-in?to=/tickets/${ticketId}`} class="button primary">
          Sign in
        </Link>
      </div>
    );
  }
  if (!self || !ticket) {
    if (error === undefined) return <div class="page narrow" aria-busy="true" />;
    return <NotHere heading="There is no such ticket" error={error} />;
  }
  const mine = ticket.holder.account_id === self.account_id;
  const words = mine ? outlook(ticket) : `${ticket.holder.name} has this ticket.`;
  return (
    <div class="page narrow ticket-page">
      <h1 class="hidden">Ticket for {ticket.room.title}</h1>
      <Stub room={ticket.room} ticketId={ticket.ticket_id} void={spoiled(ticket)}>
        <p class="stub-note">{words}</p>
        {mine && current(ticket) && ticket.room.state === "live" && (
          <p>
            <Link href={`/rooms/${ticket.room.room_id}`} class="button on-paint">
              <Headphones aria-hidden="true" />
              Enter
            </Link>
          </p>
        )}
      </Stub>
      <Facts ticket={ticket} />
      {ticket.price.amount > 0 && <Terms rule={ticket.refund_rule} />}
      {hold && hold.refunds.length > 0 && <MoneyBack hold={hold} />}
      {mine && current(ticket) && <Deeds ticket={ticket} hold={hold} onChange={reload} />}
    </div>
  );
}

/** What the ticket was bought with, for its buyer alone. */
function usePurchase(ticket: Ticket | undefined, accountId: string | undefined): Hold | undefined {
  const wanted = ticket?.buyer_id === accountId ? ticket?.hold_id : undefined;
  const read = async () => (wanted ? readHold(wanted) : undefined);
  return useLoad(`${wanted} ${ticket?.state}`, read, AGAIN).value;
}

function MoneyBack({ hold }: { hold: Hold }) {
  const many = hold.quantity > 1;
  return (
    <section class="money-back" aria-labelledby="money-back">
      <h2 id="money-back">Money back</h2>
      <p>
        {written(goneBack(hold))} of the {written(hold.price)} that you paid
        {many && ` for ${hold.quantity} tickets`}.
      </p>
      <Refunds refunds={hold.refunds} />
    </section>
  );
}

function Facts({ ticket }: { ticket: Ticket }) {
  const { holder, price, issued_at: issued, checked_in_at: came } = ticket;
  const minutes = ticket.attended_minutes;
  const facts: [string, string][] = [
    ["Holder", holder.handle ? `${holder.name}, @${holder.handle}` : holder.name],
    ["Price", priceOf(price)],
    ["Issued", moment(issued)],
    ["Came in", came ? moment(came) : "Not yet"],
  ];
  if (ticket.room.state === "ended") facts.push(["Was there", `${minutes} min`]);
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

interface DeedsProps {
  ticket: Ticket;
  /** What it was bought with, if that was me. */
  hold: Hold | undefined;
  onChange: () => void;
}

function Deeds({ ticket, hold, onChange }: DeedsProps) {
  const [asking, setAsking] = useState<"refund" | "give" | null>(null);
  const { refundable, refundable_until: until } = ticket;
  const done = () => setAsking(null);
  const refund = async () => {
    await refundTicket(ticket.ticket_id);
    toast("Your ticket was given back.");
    onChange();
  };
  return (
    <section class="ticket-deeds" aria-label="What you can do with it">
      <div class="actions">
        <button type="button" class="button" onClick={() => setAsking("give")}>
          <Gift aria-hidden="true" />
          Give it to somebody
        </button>
        {refundable && (
          <button type="button" class="button quiet" onClick={() => setAsking("refund")}>
            <Undo2 aria-hidden="true" />
            Give it back
          </button>
        )}
      </div>
      <p class="note">
        {refundable
          ? until && `You can give it back until ${moment(until)}.`
          : "It can't be given back for money now."}
      </p>
      {asking === "give" && <GiveDialog ticket={ticket} onGiven={onChange} onClose={done} />}
      {asking === "refund" && (
        <Confirm
          title="Give the ticket back?"
          yes="Give it back"
          no="Keep it"
          onYes={refund}
          onClose={done}
        >
          <p>{refundWords(ticket, hold)}</p>
          <p>The ticket goes back on sale at once, and the room is closed to you.</p>
        </Confirm>
      )}
    </section>
  );
}
