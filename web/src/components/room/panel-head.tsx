/** The top of a room's panel: topics, title, what it is about, how many are here. */

import type { ComponentChildren } from "preact";
import { Mic, Share2, Users } from "lucide-preact";
import type { Counts } from "../../events";
import { toast } from "../../room/toasts";
import type { RoomFacts } from "../../types";
import { AccessChip } from "../access-chip";
import { Topics } from "../topics";

interface Props {
  room: RoomFacts;
  /** null while nobody knows. */
  counts: Counts | null;
  /** More buttons beside "Share room". */
  children?: ComponentChildren;
}

export function PanelHead({ room, counts, children }: Props) {
  return (
    <header class="panel-head">
      <div class="panel-labels">
        {room.state === "live" && <span class="chip live">Live</span>}
        <AccessChip access={room.access} />
        <Topics topics={room.topics} />
        <div class="panel-tools">
          {children}
          <button
            type="button"
            class="icon-button"
            aria-label="Share room"
            onClick={() => void share(room)}
          >
            <Share2 aria-hidden="true" />
          </button>
        </div>
      </div>
      <h1 dir="auto">{room.title}</h1>
      {room.description && (
        <p class="description" dir="auto">
          {room.description}
        </p>
      )}
      {room.state !== "scheduled" && counts && (
        <p class="counts">
          <span>
            <Mic aria-hidden="true" />
            {counts.speakers} on stage
          </span>
          <span>
            <Users aria-hidden="true" />
            {counts.listeners.toLocaleString()} listening
          </span>
        </p>
      )}
    </header>
  );
}

async function share(room: RoomFacts): Promise<void> {
  const url = `${location.origin}/rooms/${room.room_id}`;
  try {
    if ("share" in navigator && matchMedia("(pointer: coarse)").matches) {
      await navigator.share({ title: room.title, url });
    } else {
      await navigator.clipboard.writeText(url);
      toast("Link copied.");
    }
  } catch (error) {
    // AbortError: the person closed the sheet.
    if (!(error instanceof DOMException && error.name === "AbortError")) toast(url);
  }
}
