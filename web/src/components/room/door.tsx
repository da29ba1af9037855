/** A room seen from outside, and the way in. */

import { Headphones, Mic } from "lucide-preact";
import { me } from "../../auth/me";
import { pigment } from "../../room/pigment";
import type { Standing } from "../../room/standing";
import type { Room } from "../../types";
import { Face } from "../face";
import { BackstageBox } from "../host/backstage";
import { Desk } from "../host/desk";
import { NotHere } from "../not-here";
import { BoxOffice } from "../tickets/box-office";
import { useTicketsFor } from "../tickets/mine";
import { FullBanner } from "./banners";
import { PanelHead } from "./panel-head";
import { Scheduled } from "./scheduled";

const WAITING: Partial<Record<Standing["kind"], string>> = {
  full: "Waiting for a place…",
  reconnecting: "Connecting…",
};

interface Props {
  room: Room | undefined;
  /** Who is in it may be others than that says. */
  stale: boolean;
  error: unknown;
  /** Of a visit that is not inside yet. */
  standing: Standing | undefined;
  onEnter: () => void;
  onChange: () => void;
}

export function Door({ room, stale, error, standing, onEnter, onChange }: Props) {
  const tickets = useTicketsFor(room);
  if (!room) {
    if (error === undefined) return <div class="page room" aria-busy="true" />;
    return <NotHere heading="There is no such room" error={error} />;
  }
  const people = [room.host, ...room.cohosts];
  const self = me.value?.account_id;
  const mine = room.host.account_id === self;
  const runs = people.some((one) => one.account_id === self);
  const ticketed = room.access === "ticketed";
  const admitted = !ticketed || runs || Boolean(tickets.value?.length);
  return (
    <div class="page room">
      {standing?.kind === "full" && (
        <FullBanner words="The room is full just now." retryAt={standing.retryAt} />
      )}
      <section class="panel painted arcade" data-pigment={pigment(room.room_id)} aria-label="Room">
        <PanelHead
          room={room}
          counts={
            stale ? null : { listeners: room.listener_count, speakers: room.speaker_count }
          }
        />
        <ul class="stage" aria-label="Hosts">
          {people.map((person, index) => (
            <li key={person.account_id} class="seat">
              <Face person={person} size="l" />
              <strong dir="auto">{person.name}</strong>
              <small>{index === 0 ? "Host" : "Co-host"}</small>
            </li>
          ))}
        </ul>
        <div class="door">
          {room.state === "scheduled" ? (
            <Scheduled room={room} mine={mine} onStarted={onEnter} onChange={onChange} />
          ) : (
            <Enter runs={runs} admitted={admitted} standing={standing} onEnter={onEnter} />
          )}
        </div>
      </section>
      {mine && <Desk room={room} onChange={onChange} />}
      {mine && <BackstageBox roomId={room.room_id} />}
      {ticketed && !runs && <BoxOffice room={room} mine={tickets} onEnter={onEnter} />}
    </div>
  );
}

interface EnterProps {
  /** Host and co-hosts go on stage. */
  runs: boolean;
  /** Nothing is in the way: no ticket is needed, or there is one. */
  admitted: boolean;
  standing: Standing | undefined;
  onEnter: () => void;
}

function Enter({ runs, admitted, standing, onEnter }: EnterProps) {
  if (standing) {
    return (
      <p class="waiting" role="status">
        {WAITING[standing.kind] ?? "Walking in…"}
      </p>
    );
  }
  if (!admitted) return <p class="starts">Live now, for those who have a ticket</p>;
  const Icon = runs ? Mic : Headphones;
  return (
    <>
      <button
        type="button"
        class="button on-paint big"
        disabled={me.value === undefined}
        onClick={onEnter}
      >
        <Icon aria-hidden="true" />
        {runs ? "Take the stage" : "Listen in"}
      </button>
      <p class="door-note">
        {runs
          ? "Your browser will ask for the microphone."
          : "You come in as a listener; nobody hears you."}
      </p>
    </>
  );
}
