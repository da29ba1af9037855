/** A host's desk at their own ticketed room: how sales go, and everything that changes them. */

import { Pencil, Store } from "lucide-preact";
import { useState } from "preact/hooks";
import { Link } from "wouter-preact";
import { readOffer } from "../../api/holds";
import { withdrawOffer } from "../../api/offers";
import { sentence } from "../../api/problem";
import { priceOf, written } from "../../tickets/money";
import type { Offer } from "../../tickets/types";
import type { Room } from "../../types";
import { Confirm } from "../confirm";
import { Fold } from "../fold";
import { useLoad } from "../load";
import { Comps } from "./comps";
import { Guests } from "./guests";
import { OfferForm } from "./offer-form";
import { PromoCodes } from "./promo-codes";
import { useSelling } from "./selling";
import { Unsellable } from "./unsellable";

const AGAIN = 5_000;

/** Where nothing is sold, only the host changes that, and is here. */
const pace = (offer: Offer | null | undefined) => (offer ? AGAIN : undefined);

interface Props {
  room: Room;
  /** The room is sold otherwise than before. */
  onChange: () => void;
}

/** Nothing for an open room, but the way to sell it. */
export function Desk({ room, onChange }: Props) {
  const ticketed = room.access === "ticketed";
  const key = `offer ${room.room_id} ${ticketed}`;
  const read = async () => (ticketed ? readOffer(room.room_id) : null);
  const { value: offer, error, reload } = useLoad(key, read, pace);
  const [editing, setEditing] = useState(false);
  const scheduled = room.state === "scheduled";
  const unsold = scheduled && offer === null;
  const selling = useSelling(unsold);
  const changed = () => {
    setEditing(false);
    reload();
    onChange();
  };
  if (offer === undefined && error === undefined) return null;
  if (!offer && !scheduled) return null;
  // Until it is known there is no form that would be filled in for nothing.
  if (unsold && !selling) return null;
  if (unsold && selling?.refusal) {
    return <Unsellable room={room} refusal={selling.refusal} onChange={onChange} />;
  }
  if (offer === null && !ticketed && !editing) {
    return (
      <section class="box" aria-labelledby="desk">
        <header class="box-head">
          <h2 id="desk">Tickets</h2>
        </header>
        <p>Anyone whom you let in can listen for nothing. Or sell tickets before it starts.</p>
        <button type="button" class="button" onClick={() => setEditing(true)}>
          <Store aria-hidden="true" />
          Sell tickets
        </button>
      </section>
    );
  }
  return (
    <section class="box" aria-labelledby="desk">
      <header class="box-head">
        <h2 id="desk">Selling tickets</h2>
        {offer && !editing && <p class="price">{priceOf(offer.price)}</p>}
      </header>
      {error !== undefined && (
        <p class="banner" role="alert">
          {sentence(error)}
        </p>
      )}
      {(offer === null || (offer && editing)) && (
        <OfferForm
          roomId={room.room_id}
          offer={offer}
          unpaid={selling?.unpaid ?? false}
          onSaved={changed}
          {...(editing && { onCancel: () => setEditing(false) })}
        />
      )}
      {offer && !editing && (
        <Sales
          offer={offer}
          scheduled={scheduled}
          onEdit={() => setEditing(true)}
          onChange={changed}
        />
      )}
    </section>
  );
}

interface SalesProps {
  offer: Offer;
  scheduled: boolean;
  onEdit: () => void;
  onChange: () => void;
}

function Sales({ offer, scheduled, onEdit, onChange }: SalesProps) {
  const [asking, setAsking] = useState(false);
  const { price, host_share: share, platform_fee: fee, room_id: roomId } = offer;
  const untouched = offer.sold + offer.held === 0;
  return (
    <>
      <Stock offer={offer} />
      {price && (
        <p class="note">
          Of each ticket {written(share)} is yours and {written(fee)} the platform's.{" "}
          <Link href="/payouts">See your statement</Link>
        </p>
      )}
      {scheduled && (
        <div class="actions">
          <button type="button" class="button" onClick={onEdit}>
            <Pencil aria-hidden="true" />
            Change
          </button>
          {untouched && (
            <button type="button" class="button quiet" onClick={() => setAsking(true)}>
              Take off sale
            </button>
          )}
        </div>
      )}
      <div>
        {price && (
          <Fold title="Promo codes">
            <PromoCodes roomId={roomId} currency={price.currency} />
          </Fold>
        )}
        <Fold title="Give tickets away">
          <p class="note">They come out of those that are for sale, and cost nothing.</p>
          <Comps roomId={roomId} onGiven={onChange} />
        </Fold>
        <Fold title="Guest list">
          {/* Whoever buys while it is open is on it, too. */}
          <Guests key={offer.sold} roomId={roomId} />
        </Fold>
      </div>
      {asking && (
        <Confirm
          title="Take the tickets off sale?"
          yes="Take off sale"
          no="Keep selling"
          onYes={() => withdrawOffer(roomId).then(onChange)}
          onClose={() => setAsking(false)}
        >
          <p>
            Then anyone can come in without a ticket. Nothing was sold yet, so nobody loses one.
          </p>
        </Confirm>
      )}
    </>
  );
}

function Stock({ offer }: { offer: Offer }) {
  const { sold, held, left, quantity, waiting } = offer;
  const parts = [
    ["sold", "Sold", sold],
    ["held", "Being paid", held],
    ["left", "Left", left],
  ] as const;
  return (
    <div class="stock">
      <div class="stock-bar" aria-hidden="true">
        {parts.map(([kind, , count]) => (
          <span key={kind} data-kind={kind} style={{ flexGrow: count }} />
        ))}
      </div>
      <dl>
        {parts.map(([kind, label, count]) => (
          <div key={kind} data-kind={kind}>
            <dt>{label}</dt>
            <dd>{count.toLocaleString()}</dd>
          </div>
        ))}
        <div>
          <dt>Offered</dt>
          <dd>{quantity.toLocaleString()}</dd>
        </div>
        {waiting > 0 && (
          <div>
            <dt>Waiting</dt>
            <dd>{waiting.toLocaleString()}</dd>
          </div>
        )}
      </dl>
    </div>
  );
}
