/** A room for which its host can't sell tickets: why, and how it is opened without them. */

import { changeRoom } from "../../api/rooms";
import { toast } from "../../room/toasts";
import type { Access, Room } from "../../types";
import { useAct } from "../act";

interface Props {
  room: Room;
  refusal: string;
  onChange: () => void;
}

export function Unsellable({ room, refusal, onChange }: Props) {
  const { busy, act } = useAct();
  const open = (access: Access, words: string) =>
    act(async () => {
      await changeRoom(room.room_id, { access });
      toast(words);
      onChange();
    });
  return (
    <section class="box" aria-labelledby="desk">
      <header class="box-head">
        <h2 id="desk">Tickets</h2>
      </header>
      {room.access === "ticketed" ? (
        <>
          <p>{refusal} Nobody can have a ticket for this room, so nobody could come in.</p>
          <div class="actions">
            <button
              type="button"
              class="button primary"
              aria-disabled={busy}
              onClick={() => open("open", "Anyone can come in now.")}
            >
              Open it to anyone
            </button>
            <button
              type="button"
              class="button"
              aria-disabled={busy}
              onClick={() => open("followers", "Your followers can come in now.")}
            >
              Open it to my followers
            </button>
          </div>
        </>
      ) : (
        <p>{refusal} Whoever comes in listens for nothing.</p>
      )}
    </section>
  );
}
