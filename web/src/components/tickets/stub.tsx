/** A ticket as one would hold it: the room's paint, a perforation, and the code to show. */

import type { ComponentChildren } from "preact";
import { Link } from "wouter-preact";
import { pigment } from "../../room/pigment";
import type { Room } from "../../types";
import { Face } from "../face";
import { Starts } from "../starts";
import { QrCode } from "./qr";

interface Props {
  room: Room;
  ticketId: string;
  /** Why it opens no door; such a ticket has no code. */
  void?: string | null;
  /** Beside the code: "1 of 2". */
  note?: string;
  /** Below what it is for: who has it, and where it leads. */
  children?: ComponentChildren;
}

export function Stub({ room, ticketId, void: spoiled = null, note, children }: Props) {
  return (
    <article
      class="stub"
      data-pigment={pigment(room.room_id)}
      data-void={spoiled !== null || undefined}
      aria-label={`Ticket for ${room.title}`}
    >
      <div class="stub-room painted">
        <p class="stub-when">
          <Starts room={room} />
        </p>
        <p class="stub-title" dir="auto">
          <Link href={`/rooms/${room.room_id}`}>{room.title}</Link>
        </p>
        <p class="stub-host">
          <Face person={room.host} size="s" />
          {room.host.name}
        </p>
        {children}
      </div>
      <div class="stub-code">
        {spoiled === null ? (
          <QrCode text={ticketUrl(ticketId)} label={`Code of the ticket for ${room.title}`} />
        ) : (
          <p class="stub-stamp">{spoiled}</p>
        )}
        {note && <p class="stub-note">{note}</p>}
      </div>
    </article>
  );
}

/** What the code says: the page at which the ticket can be checked. */
function ticketUrl(ticketId: string): string {
  return `${location.origin}/tickets/${encodeURIComponent(ticketId)}`;
}
