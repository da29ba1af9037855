/** What a host may change of a room before it starts and while it is live. */

import { useState } from "preact/hooks";
import { changeRoom } from "../../api/rooms";
import { asSent, asTyped, isFit } from "../../room/about";
import type { RoomFacts } from "../../types";
import { AboutFields, SpeakingField } from "../about-fields";
import { useAct } from "../act";
import { Dialog } from "../dialog";

interface Props {
  room: RoomFacts;
  onChanged?: () => void;
  onClose: () => void;
}

export function EditDialog({ room, onChanged, onClose }: Props) {
  const [about, setAbout] = useState(() => asTyped(room));
  const [speaking, setSpeaking] = useState(room.who_may_speak);
  const { busy, act } = useAct();
  const change = async () => {
    await changeRoom(room.room_id, { ...asSent(about), who_may_speak: speaking });
    onChanged?.();
    onClose();
  };
  const submit = (event: Event) => {
    event.preventDefault();
    act(change);
  };
  return (
    <Dialog title="Edit room" onClose={onClose}>
      <form class="form" onSubmit={submit}>
        <AboutFields about={about} onAbout={setAbout} />
        <SpeakingField value={speaking} onValue={setSpeaking} />
        <button type="submit" class="button primary" disabled={busy || !isFit(about)}>
          Save
        </button>
      </form>
    </Dialog>
  );
}
