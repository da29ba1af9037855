/** When it is over, for all or for me: why, and where to go from here. */

import type { ComponentChildren } from "preact";
import { Link } from "wouter-preact";
import { me } from "../../auth/me";
import { KeptCaptions } from "../../captions/kept";
import type { EndReason } from "../../events";
import { leave } from "../../room/current";
import { pigment } from "../../room/pigment";
import type { RoomFacts } from "../../types";
import { Face } from "../face";
import { Fold } from "../fold";
import { FollowButton } from "../follow-button";
import { Log } from "../host/log";
import { duration, moment } from "../when";

type Reason = EndReason | "cancelled";

const HEADINGS: Record<Reason, string> = {
  ended: "That's a wrap",
  taken_down: "This room was taken down",
  abandoned: "The room has emptied",
  cancelled: "This room was cancelled",
  removed: "You were removed",
  replaced: "You are listening on another device",
  ticket_lost: "Your ticket is gone",
  blocked: "This room is closed to you",
};

const WORDS: Record<Reason, string> = {
  ended: "This room has ended.",
  taken_down: "A moderator has ended it for everyone.",
  abandoned: "Nobody was left on stage, so the room was closed.",
  cancelled: "It was called off, and won't take place.",
  removed: "A host removed you from this room, so you can't come back in.",
  replaced: "You joined this room from somewhere else, and the sound went there.",
  ticket_lost: "Your ticket was given back or passed on, so the room is closed to you.",
  blocked: "The host of this room doesn't want you in it.",
};

/** The host is closed to me, so that I am not asked to follow them. */
const SHUT_OUT: ReadonlySet<string> = new Set(["removed", "blocked"]);

const CALLED_OFF = "A moderator has called it off, so it won't take place.";

const MONEY_BACK = " Everyone who bought a ticket gets their money back.";

interface OverProps {
  room: RoomFacts | undefined;
  reason: Reason;
  onReturn?: () => void;
}

export function Over({ room, reason, onReturn }: OverProps) {
  const cancelled = room?.state === "cancelled";
  const words = cancelled && reason === "taken_down" ? CALLED_OFF : WORDS[reason];
  const kept = room && (reason === "ended" || reason === "abandoned");
  return (
    <Card
      // What was taken down is not shown about.
      room={reason === "taken_down" ? undefined : room}
      heading={HEADINGS[reason]}
      words={cancelled && room.access === "ticketed" ? words + MONEY_BACK : words}
      below={
        <>
          {kept && <KeptCaptions room={room} />}
          {room && room.host.account_id === me.value?.account_id && (
            <Fold title="Log of this room">
              <Log roomId={room.room_id} />
            </Fold>
          )}
        </>
      }
      follow={!SHUT_OUT.has(reason)}
    >
      {reason === "replaced" && (
        <button type="button" class="button primary" onClick={onReturn}>
          Listen here instead
        </button>
      )}
      {reason === "ticket_lost" && <BoxOfficeButton />}
    </Card>
  );
}

/** Away from what is over, back to the door, where tickets are sold. */
function BoxOfficeButton() {
  return (
    <button type="button" class="button primary" onClick={leave}>
      See tickets
    </button>
  );
}

interface RefusedProps {
  room: RoomFacts | undefined;
  code: string;
  sentence: string;
  onRetry: () => void;
}

/** The door stays closed: in words, with what would open it. */
export function Refused({ room, code, sentence, onRetry }: RefusedProps) {
  // Who only has to follow the host is let in by that.
  const opens = code === "followers_only";
  const retry = (
    <button type="button" class={opens ? "button" : "button primary"} onClick={onRetry}>
      Try again
    </button>
  );
  const signIn = (
    <Link href={`/sign-in?to=/rooms/${room?.room_id ?? ""}`} class="button primary">
      Sign in
    </Link>
  );
  const final = SHUT_OUT.has(code);
  const way = code === "ticket_needed" ? <BoxOfficeButton /> : retry;
  return (
    <Card
      room={room}
      heading="You can't come in"
      words={sentence}
      follow={!final}
      onFollow={opens ? onRetry : undefined}
    >
      {!final && (me.value ? way : signIn)}
    </Card>
  );
}

interface CardProps {
  room: RoomFacts | undefined;
  heading: string;
  words: string;
  below?: ComponentChildren;
  /** Whether following the host is offered. */
  follow: boolean;
  onFollow?: (() => void) | undefined;
  children: ComponentChildren;
}

function Card({ room, heading, words, below, follow, onFollow, children }: CardProps) {
  return (
    <div class="page narrow over">
      <section
        class="panel painted arcade"
        data-pigment={pigment(room?.room_id ?? "")}
        aria-label="Room"
      >
        <h1>{heading}</h1>
        <p>{words}</p>
      </section>
      {room && (
        <div class="summary">
          <Face person={room.host} size="m" />
          <div>
            <h2 dir="auto">{room.title}</h2>
            <p class="note">
              {room.host.name}
              {room.started_at && ` · ${moment(room.started_at)}`}
              {room.started_at && room.ended_at && ` · ${duration(room.started_at, room.ended_at)}`}
            </p>
          </div>
        </div>
      )}
      <div class="actions">
        {children}
        {room && follow && <FollowButton person={room.host} onChange={onFollow} />}
        <Link href="/" class="button">
          Live rooms
        </Link>
      </div>
      {below}
    </div>
  );
}
