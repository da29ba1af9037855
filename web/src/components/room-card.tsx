/** A live room as a painted panel: who is there, what it is about, one tap to listen. */

import { DoorOpen, Headphones, Mic, Users } from "lucide-preact";
import { Link, useLocation } from "wouter-preact";
import { enter, visit } from "../room/current";
import { pigment } from "../room/pigment";
import type { Person, Room } from "../types";
import { AccessChip } from "./access-chip";
import { Face } from "./face";
import { Topics } from "./topics";

/** `people`: those on stage whom we know of; the host and co-hosts by default. */
export function RoomCard({ room, people }: { room: Room; people?: Person[] }) {
  const [, navigate] = useLocation();
  const known = people ?? [room.host, ...room.cohosts];
  const inside = visit.value?.roomId === room.room_id && visit.value.live;
  // Whether a ticket is needed or there, the door knows.
  const atTheDoor = room.access === "ticketed" && !inside;
  const Icon = atTheDoor ? DoorOpen : Headphones;
  const words = atTheDoor ? "To the door" : inside ? "Return" : "Listen in";
  const listen = () => {
    if (!atTheDoor) enter(room.room_id);
    navigate(`/rooms/${room.room_id}`);
  };
  return (
    <article class="card painted arcade" data-pigment={pigment(room.room_id)}>
      <div class="card-top">
        <Topics topics={room.topics} />
        <AccessChip access={room.access} />
      </div>
      <h3 dir="auto">
        <Link href={`/rooms/${room.room_id}`}>{room.title}</Link>
      </h3>
      <div class="card-people">
        <span class="faces">
          {known.slice(0, 4).map((person) => (
            <Face key={person.account_id} person={person} size="m" />
          ))}
        </span>
        <p>{names(known, room.speaker_count)}</p>
      </div>
      <footer class="card-foot">
        <p class="counts">
          <span>
            <Mic aria-hidden="true" />
            {room.speaker_count}
            <span class="hidden"> on stage</span>
          </span>
          <span>
            <Users aria-hidden="true" />
            {room.listener_count.toLocaleString()}
            <span class="hidden"> listening</span>
          </span>
        </p>
        <button
          type="button"
          class="button on-paint"
          onClick={listen}
          aria-label={`${words} ${atTheDoor ? "of" : "to"} ${room.title}`}
        >
          <Icon aria-hidden="true" />
          {words}
        </button>
      </footer>
    </article>
  );
}

function names(known: Person[], speakers: number): string {
  const shown = known.slice(0, 2).map((person) => person.name);
  const others = Math.max(speakers, known.length) - shown.length;
  if (others > 0) return `${shown.join(", ")} and ${others} more`;
  return shown.join(" and ");
}
