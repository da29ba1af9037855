/** When to be reminded of a room, and how. */

import { BellOff } from "lucide-preact";
import { useState } from "preact/hooks";
import { serverNow } from "../../api/clock";
import type { Reminder } from "../../api/reminders";
import { type Draft, inWords, leadsAhead, problem, toggled } from "../../reminders/draft";
import { forget, remind } from "../../reminders/mine";
import { toast } from "../../room/toasts";
import { settings } from "../../settings/mine";
import { ways } from "../../settings/reach";
import type { Room } from "../../types";
import { useAct } from "../act";
import { Checks } from "../check";
import { Dialog } from "../dialog";
import { Starts } from "../starts";

interface Props {
  room: Room;
  set: Reminder | undefined;
  onClose: () => void;
}

export function ReminderDialog({ room, set, onClose }: Props) {
  const [draft, setDraft] = useState<Draft>(() =>
    set ? { leads: set.lead_minutes, channels: set.channels } : usual(),
  );
  const { busy, act } = useAct();
  const wrong = problem(draft);
  const save = async () => {
    await remind(room.room_id, draft);
    toast(`You will be reminded ${inWords(draft)}.`);
    onClose();
  };
  const remove = async () => {
    await forget(room.room_id);
    toast("You won't be reminded.");
    onClose();
  };
  const submit = (event: Event) => {
    event.preventDefault();
    if (wrong === null) act(save);
  };
  return (
    <Dialog title={set ? "Your reminder" : "Remind me"} onClose={onClose}>
      <form class="form reminder" onSubmit={submit}>
        <p class="reminder-room">
          <strong dir="auto">{room.title}</strong>
          <Starts room={room} />
        </p>
        <Checks
          legend="When"
          options={leadsAhead(room.starts_at, set?.lead_minutes ?? [], serverNow())}
          chosen={draft.leads}
          onToggle={(lead, wanted) =>
            setDraft({ ...draft, leads: toggled(draft.leads, lead, wanted) })
          }
        />
        <Checks
          legend="How"
          options={ways(set?.channels ?? [])}
          chosen={draft.channels}
          onToggle={(channel, wanted) =>
            setDraft({ ...draft, channels: toggled(draft.channels, channel, wanted) })
          }
        />
        <p class="note error" role="status">
          {wrong}
        </p>
        <div class="actions">
          <button
            type="submit"
            class="button primary"
            disabled={wrong !== null}
            aria-disabled={busy}
          >
            {set ? "Save" : "Remind me"}
          </button>
          {set && (
            <button
              type="button"
              class="button quiet"
              aria-disabled={busy}
              onClick={() => act(remove)}
            >
              <BellOff aria-hidden="true" />
              Remove it
            </button>
          )}
        </div>
      </form>
    </Dialog>
  );
}

/** The real start, by what my settings say, as far as it leads to me. */
function usual(): Draft {
  const wanted = settings.peek()?.notifications.reminders ?? [];
  const open = ways([]).map(([channel]) => channel);
  const channels = wanted.filter((one) => open.includes(one));
  return { leads: [0], channels: channels.length > 0 ? channels : ["in_app"] };
}
