/** One report: what is said to be wrong, of whom, in which room, by whom, and what became of it. */

import { useEffect, useRef, useState } from "preact/hooks";
import { Link } from "wouter-preact";
import { reopenReport, settleReport } from "../../api/reports";
import { toast } from "../../room/toasts";
import type { Person, Report as Facts, Room, RoomState } from "../../types";
import { useAct } from "../act";
import { timestamp } from "../when";
import { REASONS } from "./reasons";
import { TakeDown } from "./take-down";

interface Props {
  report: Facts;
  /** The room's by now; null for one that is no more. */
  state: RoomState | null;
  /** It is settled, or open again. */
  onMoved: (report: Facts) => void;
  onDown: (room: Room) => void;
  onRefused: () => void;
}

const STATES: Record<RoomState, string> = {
  scheduled: "Scheduled",
  live: "Live",
  ended: "Ended",
  cancelled: "Cancelled",
};

export function Report({ report, state, onMoved, onDown, onRefused }: Props) {
  const [asking, setAsking] = useState(false);
  const { busy, act } = useAct();
  const settler = useRef<HTMLButtonElement>(null);
  // What asked for a room that is down now is gone, and can't have the focus back.
  useEffect(() => {
    if (!asking) return undefined;
    return () => {
      if (document.activeElement === document.body) settler.current?.focus();
    };
  }, [asking]);
  const { at, account, by, note, reason, room, settled, title } = report;
  const settle = async () => {
    onMoved(await settleReport(report.report_id));
    toast("The report is settled.");
  };
  const reopen = async () => {
    onMoved(await reopenReport(report.report_id));
    toast("The report is open again.");
  };
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
        {settled && (
          <div>
            <dt>Settled by</dt>
            <dd>
              <Named person={settled.by} />
              <time class="note" dateTime={settled.at}>
                {timestamp(settled.at)}
              </time>
            </dd>
          </div>
        )}
      </dl>
      <div class="actions">
        <button
          ref={settler}
          type="button"
          class="button small"
          aria-disabled={busy}
          onClick={() => act(settled ? reopen : settle)}
        >
          {settled ? "Open again" : "Settle"}
          <span class="hidden">
            : {REASONS[reason]}, {title}
          </span>
        </button>
        {(state === "live" || state === "scheduled") && (
          <button type="button" class="button quiet small" onClick={() => setAsking(true)}>
            Take this room down
            <span class="hidden">: {title}</span>
          </button>
        )}
      </div>
      {room && asking && (
        <TakeDown
          room={room}
          settle={settled ? null : settle}
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
