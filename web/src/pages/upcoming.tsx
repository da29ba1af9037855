/** Rooms that are to come: everybody's, or only those that concern me. */

import { CalendarDays } from "lucide-preact";
import { Link } from "wouter-preact";
import { serverNow } from "../api/clock";
import { me } from "../auth/me";
import { ComingRoom } from "../components/discovery/coming-room";
import { Finder } from "../components/discovery/finder";
import { Found, NothingFits, nothingFits, RoomTabs } from "../components/discovery/found";
import { useScheduledRooms } from "../components/discovery/rooms";
import { useWanted } from "../components/discovery/wanted";
import { MoreButton } from "../components/more-button";
import { useTitle } from "../components/title";
import { byDay } from "../discovery/days";
import { EVERYTHING, type Wanted, type Whose } from "../discovery/query";
import { readScheduled } from "../discovery/whose";
import { zoneInWords } from "../room/schedule";
import type { Room } from "../types";

const WHOSE = [
  ["all", "Everybody's"],
  ["followed", "People I follow"],
  ["reminded", "With a reminder"],
  ["mine", "My own"],
] as const satisfies readonly (readonly [Whose, string])[];

const NONE: Record<Whose, string> = {
  all: "Nobody has a room ahead just now. Schedule one, and people can plan to be there.",
  followed: "None of those whom you follow has a room ahead.",
  reminded: "Tap “Remind me” at a room that you don't want to miss, and it will be kept here.",
  mine: "You have no room ahead. Schedule one, and people can plan to be there.",
};

export function UpcomingPage() {
  useTitle("Coming up");
  const [asked, look] = useWanted();
  const wanted = forMe(asked);
  const { whose } = wanted;
  const pages = useScheduledRooms(wanted, readScheduled);
  const { items: rooms, error } = pages;
  const waiting = !rooms && error === undefined;
  const now = new Date(serverNow());
  return (
    <div class="page wide">
      <div class="page-head">
        <h1>Coming up</h1>
        <p class="lead">Times are in your time zone: {zoneInWords(now)}.</p>
      </div>
      <RoomTabs wanted={wanted} />
      {me.value && (
        <div class="filters" role="group" aria-label="Whose rooms">
          {WHOSE.map(([one, words]) => (
            <button
              key={one}
              type="button"
              class="chip"
              aria-pressed={one === whose}
              onClick={() => look({ ...EVERYTHING, whose: one })}
            >
              {words}
            </button>
          ))}
        </div>
      )}
      {canNarrow(whose) && <Finder key={whose} wanted={wanted} onWanted={look} rooms={rooms} />}
      <Found pages={pages} wanted={wanted} />
      <section aria-label="Rooms to come" aria-busy={waiting}>
        {nothingFits(pages, wanted) ? (
          <NothingFits words="Nothing to come fits" onWanted={look} />
        ) : (
          rooms?.length === 0 && !pages.more && <Empty whose={whose} />
        )}
        {waiting && <div class="coming ghost" />}
        {rooms && <Days rooms={rooms} now={now} sorted={wanted.q === ""} />}
        <MoreButton pages={pages} />
      </section>
    </div>
  );
}

/** A guest has no rooms of their own; a few rooms need no looking through. */
function forMe(asked: Wanted): Wanted {
  const whose = me.value === null ? "all" : asked.whose;
  return canNarrow(whose) ? { ...asked, whose } : { ...EVERYTHING, whose };
}

function canNarrow(whose: Whose): boolean {
  return whose === "all" || whose === "followed";
}

interface DaysProps {
  rooms: Room[];
  now: Date;
  /** What was searched for comes in the order of who is nearest, and not by days. */
  sorted: boolean;
}

function Days({ rooms, now, sorted }: DaysProps) {
  const days = sorted ? byDay(rooms.toSorted(soonest), now) : [{ name: "Found", rooms }];
  return (
    <>
      {days.map(({ name, rooms: those }) => (
        <section key={name} class="day" aria-label={name}>
          {those.length > 0 && <h2 class={sorted ? "" : "hidden"}>{name}</h2>}
          <ul class="coming-list">
            {those.map((room) => (
              <li key={room.room_id}>
                <ComingRoom room={room} />
              </li>
            ))}
          </ul>
        </section>
      ))}
    </>
  );
}

function soonest(one: Room, other: Room): number {
  return (one.starts_at ?? "").localeCompare(other.starts_at ?? "");
}

function Empty({ whose }: { whose: Whose }) {
  return (
    <div class="empty">
      <CalendarDays class="empty-icon" aria-hidden="true" />
      <h2>Nothing ahead</h2>
      <p>{NONE[whose]}</p>
      {(whose === "all" || whose === "mine") && (
        <Link href="/start" class="button primary">
          Schedule a room
        </Link>
      )}
    </div>
  );
}
