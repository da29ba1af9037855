/** A room to come, in a list: when, what, with whom; remind me of it, put it in a calendar. */

import { Headphones, Repeat } from "lucide-preact";
import { Link } from "wouter-preact";
import { pigment } from "../../room/pigment";
import { hostsClock } from "../../room/schedule";
import type { Room } from "../../types";
import { AccessChip } from "../access-chip";
import { Face } from "../face";
import { useJoin } from "../join";
import { CalendarLink } from "../reminders/calendar-link";
import { ReminderButton } from "../reminders/reminder-button";
import { Topics } from "../topics";
import { clockTime, dayOfMonth, monthName } from "../when";

export function ComingRoom({ room }: { room: Room }) {
  const join = useJoin();
  const { host, starts_at: start } = room;
  const theirs = start && hostsClock(start, room.zone);
  return (
    <article class="coming">
      <p class="coming-when painted" data-pigment={pigment(room.room_id)}>
        {start && (
          <time dateTime={start}>
            <span class="coming-month">{monthName(start)}</span>
            <span class="coming-day">{dayOfMonth(start)}</span>
            <span class="coming-time">{clockTime(start)}</span>
          </time>
        )}
      </p>
      <div class="coming-what">
        <h3 dir="auto">
          <Link href={`/rooms/${room.room_id}`}>{room.title}</Link>
        </h3>
        <p class="coming-host">
          <Face person={host} size="s" />
          {host.handle ? <Link href={`/people/${host.handle}`}>{host.name}</Link> : host.name}
        </p>
        {theirs && <p class="note">For the host: {theirs}</p>}
        <div class="coming-labels">
          {room.repeats && (
            <span class="chip">
              <Repeat aria-hidden="true" />
              Every week
            </span>
          )}
          <AccessChip access={room.access} />
          <Topics topics={room.topics} />
        </div>
      </div>
      <div class="coming-deeds">
        {room.state === "live" ? (
          <button
            type="button"
            class="button primary small"
            aria-label={`Join ${room.title}`}
            onClick={() => join(room.room_id, room.access)}
          >
            <Headphones aria-hidden="true" />
            Join
          </button>
        ) : (
          <>
            <ReminderButton room={room} look="button small" />
            <CalendarLink room={room} look="button quiet small" />
          </>
        )}
      </div>
    </article>
  );
}
