/** The queue of raised hands, for those who run the room. */

import { Hand as HandIcon, UserPlus } from "lucide-preact";
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
  return (
    <section class="hands" aria-labelledby="hands">
      <h2 id="hands">
        <HandIcon aria-hidden="true" />
        Raised hands
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
