/** A person's avatar that can be tapped while they are live: right into their room. */

import { ringOf } from "../live/now";
import { visit } from "../room/current";
import type { Person } from "../types";
import { Avatar } from "./avatar";
import { useJoin } from "./join";

interface Props {
  person: Person;
  size: "s" | "m" | "l" | "xl";
}

/** Not for the inside of links and buttons; there, `LiveAvatar` shows the ring. */
export function Face({ person, size }: Props) {
  const join = useJoin();
  const ring = ringOf(person.account_id);
  const here = visit.value?.roomId === ring?.room_id && visit.value?.live;
  if (!ring) return <Avatar person={person} size={size} />;
  const what = ring.role === "host" ? "hosts a room" : "speaks";
  return (
    <button type="button" class="face" onClick={() => join(ring.room_id)}>
      <Avatar person={person} size={size} live />
      <span class="hidden">
        {person.name} {what} now: {here ? "return" : "join"}
      </span>
    </button>
  );
}

/** The ring, where a tap does something else already. */
export function LiveAvatar({ person, size }: Props) {
  return <Avatar person={person} size={size} live={ringOf(person.account_id) !== null} />;
}
