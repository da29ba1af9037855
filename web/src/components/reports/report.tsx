/** One report: what is said to be wrong, of whom, in which room, and by whom. */

import { useState } from "preact/hooks";
import { Link } from "wouter-preact";
import type { Person, Report as Facts, Room, RoomState } from "../../types";
import { timestamp } from "../when";
import { REASONS } from "./reasons";
import { TakeDown } from "./take-down";

interface Props {
  report: Facts;
  /** The room's by now; null for one that is no more. */
  state: RoomState | null;
  onDown: (room: Room) => void;
  onRefused: () => void;
}

const STATES: Record<RoomState, string> = {
  scheduled: "Scheduled",
  live: "Live",
  ended: "Ended",
  cancelled: "Cancelled",
};

export function Report({ report, state, onDown, onRefused }: Props) {
  const [asking, setAsking] = useState(false);
  const { at, account, by, note, reason, room, title } = report;
  return (
    <li class="report">
      <p class="report-head">
        <strong>{REASONS[reason]}</strong>
        <time class="note" dateTime={at}>
          {timestamp(at)}
        </time>
      </p>
      {note && (
        <blockquote class="report-note" dir="auto">
          {note}
        </blockquote>
      )}
      <dl class="report-facts">
        {account && (
          <div>
            <dt>Person</dt>
            <dd>
              <Named person={account} />
            </dd>
          </div>
        )}
        <div>
          <dt>Room</dt>
          <dd>
            {room ? (
              <Link href={`/rooms/${room.room_id}`}>
                <bdi>{title}</bdi>
              </Link>
            ) : (
              <bdi>{title}</bdi>
            )}
            {state && <span class={state === "live" ? "chip live" : "chip"}>{STATES[state]}</span>}
            {room && room.title !== title && (
              <small class="note">
                Now called <bdi>{room.title}</bdi>
              </small>
            )}
          </dd>
        </div>
        {room && (
          <div>
            <dt>Host</dt>
            <dd>
              <Named person={room.host} />
            </dd>
          </div>
        )}
        <div>
          <dt>Reported by</dt>
          <dd>
            <Named person={by} />
          </dd>
        </div>
      </dl>
      {(state === "live" || state === "scheduled") && (
        <button type="button" class="button quiet small" onClick={() => setAsking(true)}>
          Take this room down
          <span class="hidden">: {title}</span>
        </button>
      )}
      {room && asking && (
        <TakeDown
          room={room}
          onDown={onDown}
          onRefused={onRefused}
          onClose={() => setAsking(false)}
        />
      )}
    </li>
  );
}

function Named({ person }: { person: Person }) {
  if (!person.handle) return <bdi>{person.name}</bdi>;
  return (
    <>
      <Link href={`/people/${person.handle}`}>
        <bdi>{person.name}</bdi>
      </Link>
      <small class="handle">@{person.handle}</small>
    </>
  );
}
