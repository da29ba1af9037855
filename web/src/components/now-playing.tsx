/** The room I am in, at hand while I look at other pages. */

import { Link, useLocation } from "wouter-preact";
import { visit } from "../room/current";
import { pigment } from "../room/pigment";
import { Avatar } from "./avatar";
import { LeaveButton } from "./room/leave";

export function NowPlaying() {
  const [path] = useLocation();
  const current = visit.value;
  const roster = current?.roster.value;
  const standing = current?.standing.value.kind;
  const over = standing === "over" || standing === "refused";
  if (!current || !roster || over || path === `/rooms/${current.roomId}`) return null;
  return (
    <aside
      class="now-playing painted"
      data-pigment={pigment(current.roomId)}
      aria-label="The room you are in"
    >
      <Link href={`/rooms/${current.roomId}`} class="now-playing-link">
        <Avatar person={roster.room.host} size="s" speaking={roster.speaking.size > 0} />
        <span>
          <strong dir="auto">{roster.room.title}</strong>
          <small>{standing === "reconnecting" ? "Reconnecting…" : "Tap to return"}</small>
        </span>
      </Link>
      <LeaveButton roster={roster} bare />
    </aside>
  );
}
