/** What a room's tickets cost, how many are left, and getting some. */

import { useEffect, useRef } from "preact/hooks";
import { Link } from "wouter-preact";
import { readOffer } from "../../api/holds";
import { sentence } from "../../api/problem";
import { me } from "../../auth/me";
import { priceOf } from "../../tickets/money";
import type { Offer, Ticket } from "../../tickets/types";
import type { Room } from "../../types";
import { type Loaded, useLoad } from "../load";
import { moment } from "../when";
import { Bought, Gone, Settling } from "./after-payment";
import { useCheckout } from "./checkout";
import { Payment } from "./payment";
import { Stub } from "./stub";
import { Terms } from "./terms";
import { TicketForm } from "./ticket-form";
import { WaitingList } from "./waiting-list";

const AGAIN = 10_000;
/** So few left are worth a colour. */
const SHORT = 10;

interface Props {
  room: Room;
  mine: Loaded<Ticket[]>;
  onEnter: () => void;
}

export function BoxOffice({ room, mine, onEnter }: Props) {
  const key = `offer ${room.room_id}`;
  const { value: offer, error, reload } = useLoad(key, () => readOffer(room.room_id), AGAIN);
  const section = useRef<HTMLElement>(null);
  if (offer === undefined && error === undefined) {
    return <section class="box" aria-label="Tickets" aria-busy="true" />;
  }
  return (
    <section class="box" aria-labelledby="box-office" ref={section} tabIndex={-1}>
      <header class="box-head">
        <h2 id="box-office">Tickets</h2>
        {offer && <Summary offer={offer} />}
      </header>
      {offer === undefined && (
        <p class="banner" role="alert">
          {sentence(error)}
        </p>
      )}
      {offer === null && <p>They are not on sale yet. Come back a little later.</p>}
      {offer && me.value === null && (
        <>
          {offer.price && <Terms rule={offer.refund_rule} />}
          <Link href={`/sign-in?to=/rooms/${room.room_id}`} class="button primary">
            Sign in to get a ticket
          </Link>
        </>
      )}
      {offer && me.value && (
        <Buyer
          key={me.value.account_id}
          accountId={me.value.account_id}
          room={room}
          offer={offer}
          mine={mine}
          onEnter={onEnter}
          onChange={reload}
          onStep={() => section.current?.focus({ preventScroll: true })}
        />
      )}
    </section>
  );
}

function Summary({ offer }: { offer: Offer }) {
  const { price, left, on_sale: onSale, sales_end_at: end } = offer;
  return (
    <div class="box-summary">
      <p class="price">{priceOf(price)}</p>
      <p class="box-left" data-short={(onSale && left <= SHORT) || undefined}>
        {!onSale && "Sales have ended"}
        {onSale && (soldOut(offer) ? "Sold out" : `${left.toLocaleString()} left`)}
        {onSale && end && <small>Sales end {moment(end)}</small>}
      </p>
    </div>
  );
}

/** Tickets that come back belong to those who wait. */
function soldOut({ left, waiting }: Offer): boolean {
  return left === 0 || waiting > 0;
}

interface BuyerProps extends Props {
  accountId: string;
  offer: Offer;
  onChange: () => void;
  /** What there is to do is another than before. */
  onStep: () => void;
}

function Buyer({ accountId, room, offer, mine, onEnter, onChange, onStep }: BuyerProps) {
  const checkout = useCheckout(room.room_id, accountId);
  const buying = checkout.buying.value;
  const { step } = buying;
  const shown = step === "asking" ? "choosing" : step;
  const before = useRef(shown);
  useEffect(() => {
    if (before.current === shown) return;
    before.current = shown;
    // The button that had the focus is gone: what came in its place has it now.
    onStep();
    onChange();
    mine.reload();
  }, [shown]);
  switch (buying.step) {
    case "paying":
      return <Payment checkout={checkout} buying={buying} price={offer.price} />;
    case "settling":
      return <Settling checkout={checkout} buying={buying} />;
    case "bought":
      return <Bought checkout={checkout} buying={buying} room={room} onEnter={onEnter} />;
    case "gone":
      return <Gone checkout={checkout} buying={buying} />;
  }
  const tickets = mine.value ?? (mine.error === undefined ? null : []);
  if (!tickets) return null;
  const most = Math.min(offer.left, offer.per_account - tickets.length);
  const problem = buying.step === "choosing" ? buying.problem : null;
  const common = { busy: buying.step === "asking", problem };
  return (
    <>
      {tickets.length > 0 && <Had room={room} tickets={tickets} />}
      {offer.price && offer.on_sale && <Terms rule={offer.refund_rule} />}
      {offer.on_sale && soldOut(offer) && tickets.length === 0 && (
        <WaitingList
          {...common}
          offer={offer}
          accountId={accountId}
          onTake={() => void checkout.ask({ quantity: 1 })}
          onChange={onChange}
        />
      )}
      {offer.on_sale && !soldOut(offer) && most > 0 && (
        <TicketForm
          {...common}
          offer={offer}
          most={most}
          onAsk={(wanted) => void checkout.ask(wanted).then(onChange)}
        />
      )}
    </>
  );
}

function Had({ room, tickets }: { room: Room; tickets: Ticket[] }) {
  return (
    <ul class="stubs" aria-label="My tickets for this room">
      {tickets.map(({ ticket_id: id }) => (
        <li key={id}>
          <Stub room={room} ticketId={id}>
            <Link href={`/tickets/${id}`} class="button veil small">
              See this ticket
            </Link>
          </Stub>
        </li>
      ))}
    </ul>
  );
}
