/** "Remind me" of a room that is to come; shows what is set, and changes it. */

import { Bell, BellRing } from "lucide-preact";
import { useEffect, useState } from "preact/hooks";
import { useLocation } from "wouter-preact";
import { accountId } from "../../auth/me";
import { inWords } from "../../reminders/draft";
import { reminders, wantReminders } from "../../reminders/mine";
import type { Room } from "../../types";
import { ReminderDialog } from "./reminder-dialog";

interface Props {
  room: Room;
  /** How the button looks where it stands. */
  look: string;
}

export function ReminderButton({ room, look }: Props) {
  const [, navigate] = useLocation();
  const [asking, setAsking] = useState(false);
  const account = accountId.value;
  useEffect(wantReminders, [account]);
  // A host is reminded without asking.
  if (account === room.host.account_id) return null;
  const set = reminders.value?.get(room.room_id);
  const Icon = set ? BellRing : Bell;
  const words = set && inWords({ leads: set.lead_minutes, channels: set.channels });
  return (
    <>
      <button
        type="button"
        class={look}
        data-set={set ? true : undefined}
        aria-label={`${set ? "Reminder set for" : "Remind me of"} ${room.title}`}
        title={words}
        onClick={() => {
          if (account) setAsking(true);
          else navigate(`/sign-in?to=/rooms/${room.room_id}`);
        }}
      >
        <Icon aria-hidden="true" />
        {set ? "Reminder set" : "Remind me"}
      </button>
      {asking && <ReminderDialog room={room} set={set} onClose={() => setAsking(false)} />}
    </>
  );
}
