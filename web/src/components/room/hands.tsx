/** The queue of raised hands, for those who run the room; on a phone, the first until one wants all. */

import { ChevronDown, ChevronUp, Hand as HandIcon, UserPlus } from "lucide-preact";
import { useState } from "preact/hooks";
import { changeRole } from "../../api/rooms";
import type { Roster } from "../../room/roster";
import type { Hand } from "../../types";
import { useAct } from "../act";
import { Avatar } from "../avatar";

interface Props {
  roster: Roster;
  onChoose: (accountId: string) => void;
}

export function Hands({ roster, onChoose }: Props) {
  const { hands, room } = roster;
  const [all, setAll] = useState(false);
  const Fold = all ? ChevronUp : ChevronDown;
  return (
    <section class="hands" aria-labelledby="hands" data-all={all || undefined}>
      <h2 id="hands">
        <HandIcon aria-hidden="true" />
        <span>Raised hands</span>
        {hands.length > 0 && <span class="count">{hands.length}</span>}
      </h2>
      {hands.length === 0 && (
        <p class="note">Nobody has raised a hand yet. You will see them here, in order.</p>
      )}
      <ol>
        {hands.map((hand) => (
          <li key={hand.account_id}>
            <button type="button" class="person" onClick={() => onChoose(hand.account_id)}>
              <Avatar person={hand} size="s" />
              <span>
                <strong dir="auto">{hand.name}</strong>
                {hand.handle && <small>@{hand.handle}</small>}
              </span>
            </button>
            <Invite roomId={room.room_id} hand={hand} />
          </li>
        ))}
      </ol>
      {hands.length > 1 && (
        <button
          type="button"
          class="icon-button hands-all"
          aria-label="All raised hands"
          aria-expanded={all}
          onClick={() => setAll(!all)}
        >
          <Fold aria-hidden="true" />
        </button>
      )}
    </section>
  );
}

function Invite({ roomId, hand }: { roomId: string; hand: Hand }) {
  const { busy, act } = useAct();
  return (
    <button
      type="button"
      class="button small primary"
      aria-disabled={busy}
      aria-label={`Invite ${hand.name} to speak`}
      onClick={() => act(() => changeRole(roomId, hand.account_id, "speaker"))}
    >
      <UserPlus aria-hidden="true" />
      Invite
    </button>
  );
}
