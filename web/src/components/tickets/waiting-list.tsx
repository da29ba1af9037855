/** Sold out: the list of those who wait for tickets to come back, and whose turn it is. */

import { BellRing, Hourglass, Ticket } from "lucide-preact";
import { joinWaiting, leaveWaiting, readHold, readWaiting } from "../../api/holds";
import { ApiError } from "../../api/problem";
import { toast } from "../../room/toasts";
import type { Offer, Waiting } from "../../tickets/types";
import { useAct } from "../act";
import { useLoad } from "../load";
import { Countdown } from "./countdown";

const AGAIN = 5_000;

/** Nothing comes by itself to somebody who is not on the list. */
const pace = (mine: Waiting | null | undefined) => (mine ? AGAIN : undefined);

interface Props {
  offer: Offer;
  accountId: string;
  busy: boolean;
  problem: string | null;
  /** It is my turn, and I want it. */
  onTake: () => void;
  /** The offer is not what it was. */
  onChange: () => void;
}

export function WaitingList({ offer, accountId, busy, problem, onTake, onChange }: Props) {
  const { room_id: roomId, waiting } = offer;
  const key = `waiting ${roomId} ${accountId}`;
  const { value: mine, reload } = useLoad(key, () => readWaiting(roomId), pace);
  const { busy: acting, act } = useAct();
  const settle = () => {
    reload();
    onChange();
  };
  const join = async () => {
    try {
      await joinWaiting(roomId);
    } catch (error) {
      if (!(error instanceof ApiError && error.code === "not_sold_out")) throw error;
      toast("Tickets have come back: get them now.");
    }
    settle();
  };
  const leave = () => leaveWaiting(roomId).then(settle);
  if (mine?.hold_id) {
    return (
      <Turn
        holdId={mine.hold_id}
        busy={busy}
        problem={problem}
        onTake={onTake}
        onPass={() => act(leave)}
        onEnd={settle}
      />
    );
  }
  return (
    <div class="waiting-list">
      {problem && (
        <p class="banner" role="alert">
          {problem}
        </p>
      )}
      {mine ? (
        <>
          <p class="after-payment-head" role="status">
            <Hourglass aria-hidden="true" />
            You are number {mine.place} on the waiting list
          </p>
          <p>
            When a ticket comes back and it is your turn, it is kept for you for a few minutes, and
            you get an e-mail. This page tells you, too.
          </p>
          <button
            type="button"
            class="button quiet"
            aria-disabled={acting}
            onClick={() => act(leave)}
          >
            Leave the list
          </button>
        </>
      ) : (
        <>
          <p>
            {waiting === 0 && "Nobody is waiting yet. "}
            {waiting === 1 && "One person is waiting. "}
            {waiting > 1 && `${waiting.toLocaleString()} people are waiting. `}
            Tickets that come back go to the list, in order.
          </p>
          <button
            type="button"
            class="button primary big"
            aria-disabled={acting || mine === undefined}
            onClick={() => act(join)}
          >
            <BellRing aria-hidden="true" />
            Join the waiting list
          </button>
        </>
      )}
    </div>
  );
}

interface TurnProps {
  holdId: string;
  busy: boolean;
  problem: string | null;
  onTake: () => void;
  onPass: () => void;
  onEnd: () => void;
}

/** A ticket is kept for me, for a while. */
function Turn({ holdId, busy, problem, onTake, onPass, onEnd }: TurnProps) {
  const { value: hold } = useLoad(holdId, () => readHold(holdId));
  return (
    <div class="waiting-list">
      <p class="after-payment-head good" role="status">
        <Ticket aria-hidden="true" />
        It is your turn
        {hold && <Countdown until={hold.lapses_at} onEnd={onEnd} />}
      </p>
      <p>A ticket is kept for you. When the time is over, it goes to the next on the list.</p>
      {problem && (
        <p class="banner" role="alert">
          {problem}
        </p>
      )}
      <div class="actions">
        <button type="button" class="button primary big" disabled={busy} onClick={onTake}>
          Get your ticket
        </button>
        <button type="button" class="button quiet big" aria-disabled={busy} onClick={onPass}>
          Let it go
        </button>
      </div>
    </div>
  );
}
