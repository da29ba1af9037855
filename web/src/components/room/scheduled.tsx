/** A room that is to come: when, who wants to be reminded, and what its host can do about it. */

import { CalendarClock, CalendarX2, Pencil, Radio, Repeat } from "lucide-preact";
import { useState } from "preact/hooks";
import { serverNow } from "../../api/clock";
import { cancelRoom, changeRoom, startRoom } from "../../api/rooms";
import { asTyped, startProblem, suggestion, zone } from "../../room/schedule";
import { toast } from "../../room/toasts";
import type { Room } from "../../types";
import { useAct } from "../act";
import { Check } from "../check";
import { Confirm } from "../confirm";
import { Dialog } from "../dialog";
import { CalendarLink } from "../reminders/calendar-link";
import { ReminderButton } from "../reminders/reminder-button";
import { StartField } from "../start-field";
import { Starts } from "../starts";
import { EditDialog } from "./edit";

interface Props {
  room: Room;
  /** Whether it is my room. */
  mine: boolean;
  onStarted: () => void;
  onChange: () => void;
}

export function Scheduled({ room, mine, onStarted, onChange }: Props) {
  const { busy, act } = useAct();
  const [asking, setAsking] = useState<"edit" | "move" | "cancel" | null>(null);
  const done = () => setAsking(null);
  const begin = async () => {
    // Refused, it is another than it looks here.
    await startRoom(room.room_id).finally(onChange);
    onStarted();
  };
  return (
    <>
      <p class="starts">
        <CalendarClock aria-hidden="true" />
        <Starts room={room} lead="Starts" />
      </p>
      {room.repeats && (
        <span class="chip">
          <Repeat aria-hidden="true" />
          Every week
        </span>
      )}
      <div class="actions">
        {mine ? (
          <>
            <button
              type="button"
              class="button on-paint big"
              aria-disabled={busy}
              onClick={() => act(begin)}
            >
              <Radio aria-hidden="true" />
              Start now
            </button>
            <button type="button" class="button veil big" onClick={() => setAsking("edit")}>
              <Pencil aria-hidden="true" />
              Edit
            </button>
            <button type="button" class="button veil big" onClick={() => setAsking("move")}>
              <CalendarClock aria-hidden="true" />
              Move
            </button>
            <button type="button" class="button veil big" onClick={() => setAsking("cancel")}>
              <CalendarX2 aria-hidden="true" />
              Cancel
            </button>
          </>
        ) : (
          <ReminderButton room={room} look="button on-paint big" />
        )}
        <CalendarLink room={room} look="button veil big" />
      </div>
      {mine && <p class="door-note">You will be reminded half an hour before, and at the start.</p>}
      {asking === "edit" && <EditDialog room={room} onChanged={onChange} onClose={done} />}
      {asking === "move" && <MoveDialog room={room} onMoved={onChange} onClose={done} />}
      {asking === "cancel" && <CancelDialog room={room} onCancelled={onChange} onClose={done} />}
    </>
  );
}

interface CancelProps {
  room: Room;
  onCancelled: () => void;
  onClose: () => void;
}

function CancelDialog({ room, onCancelled, onClose }: CancelProps) {
  const [series, setSeries] = useState(false);
  return (
    <Confirm
      title="Cancel the room?"
      yes={series ? "Cancel all of them" : "Cancel the room"}
      no="Keep it"
      onYes={() => cancelRoom(room.room_id, series).finally(onCancelled)}
      onClose={onClose}
    >
      <p>It won't take place, and can't be brought back. Whoever waits for it is told.</p>
      {room.access === "ticketed" && (
        <p>Everyone who has bought a ticket gets all of their money back.</p>
      )}
      {room.repeats && (
        <Check checked={series} onChecked={setSeries}>
          The whole series ends with it. Otherwise there is the next one a week later.
        </Check>
      )}
    </Confirm>
  );
}

interface MoveProps {
  room: Room;
  onMoved: () => void;
  onClose: () => void;
}

function MoveDialog({ room, onMoved, onClose }: MoveProps) {
  const now = new Date(serverNow());
  const before = room.starts_at ? asTyped(new Date(room.starts_at)) : suggestion(now);
  const [start, setStart] = useState(before);
  const { busy, act } = useAct();
  const move = async () => {
    await changeRoom(room.room_id, { starts_local: start, zone: zone() });
    toast("The room has a new start.");
    onMoved();
    onClose();
  };
  const submit = (event: Event) => {
    event.preventDefault();
    act(move);
  };
  const cant = start === before || startProblem(start, now) !== null;
  return (
    <Dialog title="Move the room" onClose={onClose}>
      <form class="form" onSubmit={submit}>
        <StartField label="New start" value={start} onValue={setStart} />
        {room.access === "ticketed" && (
          <p class="note">
            Tickets stay good for the new time. Who bought one before may give it back for some
            days, in case it doesn't suit them.
          </p>
        )}
        <button type="submit" class="button primary" disabled={busy || cant}>
          Move it
        </button>
      </form>
    </Dialog>
  );
}
