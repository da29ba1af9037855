/** A room seen from outside, and the way in. */

import { CalendarClock, Headphones, Mic, Radio } from "lucide-preact";
import { sentence } from "../../api/problem";
import { startRoom } from "../../api/rooms";
import { me } from "../../auth/me";
import { pigment } from "../../room/pigment";
import type { Standing } from "../../room/standing";
import type { Room } from "../../types";
import { useAct } from "../act";
import { Avatar } from "../avatar";
import { moment } from "../when";
import { FullBanner } from "./banners";
import { PanelHead } from "./panel-head";

const WAITING: Partial<Record<Standing["kind"], string>> = {
  full: "Waiting for a place…",
  reconnecting: "Connecting…",
};

interface Props {
  room: Room | undefined;
  error: unknown;
  /** Of a visit that is not inside yet. */
  standing: Standing | undefined;
  onEnter: () => void;
  onChange: () => void;
}

export function Door({ room, error, standing, onEnter, onChange }: Props) {
  if (!room) {
    if (error === undefined) return <div class="page room" aria-busy="true" />;
    return (
      <div class="page narrow">
        <h1>{sentence(error)}</h1>
      </div>
    );
  }
  const people = [room.host, ...room.cohosts];
  return (
    <div class="page room">
      {standing?.kind === "full" && <FullBanner retryAt={standing.retryAt} />}
      <section class="panel painted arcade" data-pigment={pigment(room.room_id)} aria-label="Room">
        <PanelHead
          room={room}
          counts={{ listeners: room.listener_count, speakers: room.speaker_count }}
        />
        <ul class="stage" aria-label="Hosts">
          {people.map((person, index) => (
            <li key={person.account_id} class="seat">
              <Avatar person={person} size="l" />
              <strong>{person.name}</strong>
              <small>{index === 0 ? "Host" : "Co-host"}</small>
            </li>
          ))}
        </ul>
        <div class="door">
          {room.state === "scheduled" ? (
            <Scheduled room={room} onStarted={onEnter} onChange={onChange} />
          ) : (
            <Enter room={room} standing={standing} onEnter={onEnter} />
          )}
        </div>
      </section>
    </div>
  );
}

function Enter({
  room,
  standing,
  onEnter,
}: {
  room: Room;
  standing: Standing | undefined;
  onEnter: () => void;
}) {
  if (standing) {
    return (
      <p class="waiting" role="status">
        {WAITING[standing.kind] ?? "Walking in…"}
      </p>
    );
  }
  const mine = [room.host, ...room.cohosts].some((one) => one.account_id === me.value?.account_id);
  const Icon = mine ? Mic : Headphones;
  return (
    <>
      <button
        type="button"
        class="button on-paint big"
        disabled={me.value === undefined}
        onClick={onEnter}
      >
        <Icon aria-hidden="true" />
        {mine ? "Take the stage" : "Listen in"}
      </button>
      <p class="door-note">
        {mine
          ? "Your browser will ask for the microphone."
          : "You come in as a listener; nobody hears you."}
      </p>
    </>
  );
}

function Scheduled({
  room,
  onStarted,
  onChange,
}: {
  room: Room;
  onStarted: () => void;
  onChange: () => void;
}) {
  const { busy, act } = useAct();
  const begin = async () => {
    await startRoom(room.room_id);
    onChange();
    onStarted();
  };
  return (
    <>
      <p class="starts">
        <CalendarClock aria-hidden="true" />
        {room.starts_at ? `Starts ${moment(room.starts_at)}` : "Not started yet"}
      </p>
      {room.host.account_id === me.value?.account_id && (
        <button
          type="button"
          class="button on-paint big"
          aria-disabled={busy}
          onClick={() => act(begin)}
        >
          <Radio aria-hidden="true" />
          Start now
        </button>
      )}
    </>
  );
}
