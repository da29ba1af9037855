/** A live room as a painted panel: who is there, what it is about, one tap to listen. */

import { Headphones, Mic, Users } from "lucide-preact";
import { Link, useLocation } from "wouter-preact";
import { enter, visit } from "../room/current";
import { pigment } from "../room/pigment";
import type { Person, Room } from "../types";
import { Avatar } from "./avatar";
import { Topics } from "./topics";

/** `people`: those on stage whom we know of; the host and co-hosts by default. */
export function RoomCard({ room, people }: { room: Room; people?: Person[] }) {
  const [, navigate] = useLocation();
  const known = people ?? [room.host, ...room.cohosts];
  const inside = visit.value?.roomId === room.room_id && visit.value.live;
  const listen = () => {
    enter(room.room_id);
    navigate(`/rooms/${room.room_id}`);
  };
  return (
    <article class="card painted arcade" data-pigment={pigment(room.room_id)}>
      <div class="card-top">
        <Topics topics={room.topics} />
        {room.access === "followers" && <span class="chip">Followers</span>}
      </div>
      <h3>
        <Link href={`/rooms/${room.room_id}`}>{room.title}</Link>
      </h3>
      <div class="card-people">
        <span class="faces">
          {known.slice(0, 4).map((person) => (
            <Avatar key={person.account_id} person={person} size="m" />
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
          aria-label={`${inside ? "Return to" : "Listen in to"} ${room.title}`}
        >
          <Headphones aria-hidden="true" />
          {inside ? "Return" : "Listen in"}
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
