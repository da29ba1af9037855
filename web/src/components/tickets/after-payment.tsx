/** What became of a payment: it is on its way, it brought tickets, or the tickets are gone. */

import { Check, Headphones, Hourglass, LoaderCircle, Undo2 } from "lucide-preact";
import type { Checkout } from "../../tickets/checkout";
import { written } from "../../tickets/money";
import type { Buying } from "../../tickets/purchase";
import type { Room } from "../../types";
import { Refunds } from "./refunds";
import { Stub } from "./stub";

/** So many looks without the tickets, and it is said that this takes long. */
const PATIENCE = 8;

type At<Step extends Buying["step"]> = Extract<Buying, { step: Step }>;

interface SettlingProps {
  checkout: Checkout;
  buying: At<"settling">;
}

export function Settling({ checkout, buying }: SettlingProps) {
  const slow = buying.looks >= PATIENCE;
  return (
    <div class="after-payment">
      <p class="after-payment-head" role="status">
        <LoaderCircle class="turning" aria-hidden="true" />
        {slow ? "Your bank takes its time" : "Your payment is being confirmed…"}
      </p>
      {slow && (
        <>
          <p>
            You need not wait here: your tickets come to “My tickets” and by e-mail as soon as the
            money is there. If it comes too late for a ticket, all of it goes back to you.
          </p>
          <div class="actions">
            <button type="button" class="button quiet" onClick={() => checkout.payAgain()}>
              Pay another way
            </button>
          </div>
        </>
      )}
    </div>
  );
}

interface BoughtProps {
  checkout: Checkout;
  buying: At<"bought">;
  room: Room;
  onEnter: () => void;
}

export function Bought({ checkout, buying, room, onEnter }: BoughtProps) {
  const { hold } = buying;
  const many = hold.tickets.length > 1;
  return (
    <div class="after-payment">
      <p class="after-payment-head good" role="status">
        <Check aria-hidden="true" />
        {many ? `You have ${hold.tickets.length} tickets` : "You have a ticket"}
      </p>
      <p>
        {hold.price.amount > 0 && `${written(hold.price)} paid; a receipt comes by e-mail. `}
        {room.state === "live"
          ? "The room is live: walk in."
          : "When the room opens, come back here and walk in."}
      </p>
      <ul class="stubs">
        {hold.tickets.map((id, index) => (
          <li key={id}>
            <Stub
              room={room}
              ticketId={id}
              note={many ? `${index + 1} of ${hold.tickets.length}` : ""}
            />
          </li>
        ))}
      </ul>
      <div class="actions">
        {room.state === "live" && (
          <button type="button" class="button primary big" onClick={onEnter}>
            <Headphones aria-hidden="true" />
            Enter
          </button>
        )}
        <button type="button" class="button quiet" onClick={() => checkout.startOver()}>
          Done
        </button>
      </div>
    </div>
  );
}

interface GoneProps {
  checkout: Checkout;
  buying: At<"gone">;
}

export function Gone({ checkout, buying }: GoneProps) {
  const { hold, why } = buying;
  const lapsed = why === "lapsed";
  const Icon = lapsed ? Hourglass : Undo2;
  return (
    <div class="after-payment">
      <p class="after-payment-head" role="status">
        <Icon aria-hidden="true" />
        {lapsed ? "The time is over" : "Too late for a ticket"}
      </p>
      <p>
        {lapsed
          ? "Your tickets are on sale again, and nothing was charged. If there are some left, you can get them."
          : `Your payment came when no ticket was left. All of it, ${written(hold.price)}, goes back to you.`}
      </p>
      {hold.refunds.length > 0 && <Refunds refunds={hold.refunds} />}
      <div class="actions">
        <button type="button" class="button primary" onClick={() => checkout.startOver()}>
          Try again
        </button>
      </div>
    </div>
  );
}
