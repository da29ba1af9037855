/** The way out. A host is asked whether the others shall stay: without one, nobody may be heard. */

import { LogOut } from "lucide-preact";
import { useState } from "preact/hooks";
import { endRoom } from "../../api/rooms";
import { leave } from "../../room/current";
import type { Roster } from "../../room/roster";
import { useAct } from "../act";
import { Dialog } from "../dialog";

interface Props {
  roster: Roster;
  /** A bare icon, where there is no room for more. */
  bare?: boolean;
}

export function LeaveButton({ roster, bare = false }: Props) {
  const [asking, setAsking] = useState(false);
  const hosts = roster.you.role === "host";
  return (
    <>
      <button
        type="button"
        class={bare ? "icon-button" : "control leave"}
        aria-label={bare ? "Leave the room" : undefined}
        aria-haspopup={hosts ? "dialog" : undefined}
        onClick={hosts ? () => setAsking(true) : leave}
      >
        <LogOut aria-hidden="true" />
        {!bare && <span class="control-label">Leave</span>}
      </button>
      {asking && <Goodbye roomId={roster.room.room_id} onClose={() => setAsking(false)} />}
    </>
  );
}

function Goodbye({ roomId, onClose }: { roomId: string; onClose: () => void }) {
  const { busy, act } = useAct();
  return (
    <Dialog title="Leave your room?" onClose={onClose}>
      <p>
        The room can go on without you, and you can come back. It ends by itself once it has been
        empty for ten minutes.
      </p>
      <div class="actions">
        <button type="button" class="button" onClick={leave}>
          Leave it open
        </button>
        <button
          type="button"
          class="button danger"
          aria-disabled={busy}
          onClick={() => act(() => endRoom(roomId))}
        >
          End room for everyone
        </button>
      </div>
    </Dialog>
  );
}
