/** A room for the calendar of whoever asks: a file that opens where they keep it. */

import { CalendarPlus } from "lucide-preact";
import { calendarFile } from "../../api/reminders";
import type { Room } from "../../types";

export function CalendarLink({ room, look }: { room: Room; look: string }) {
  return (
    <a
      class={look}
      href={calendarFile(room.room_id)}
      download={`${room.room_id}.ics`}
      aria-label={`Add to calendar: ${room.title}`}
    >
      <CalendarPlus aria-hidden="true" />
      Add to calendar
    </a>
  );
}
