/** What is live now, where the people I follow are, and what comes next. */

import { Mic } from "lucide-preact";
import { Link } from "wouter-preact";
import { me } from "../auth/me";
import { AccessChip } from "../components/access-chip";
import { Avatar } from "../components/avatar";
import { Finder } from "../components/discovery/finder";
import { Found, NothingFits, nothingFits, RoomTabs } from "../components/discovery/found";
import { useLiveRooms, useScheduledRooms } from "../components/discovery/rooms";
import { useWanted } from "../components/discovery/wanted";
import { useJoin } from "../components/join";
import { MoreButton } from "../components/more-button";
import { RoomCard } from "../components/room-card";
import { Starts } from "../components/starts";
import { useTitle } from "../components/title";
import { EVERYTHING, isNarrow } from "../discovery/query";
import { followedLive } from "../live/now";

const NEXT = 12;

export function LivePage() {
  useTitle("Live now");
  const [asked, look] = useWanted();
  const wanted = { ...asked, whose: "all" as const };
  const pages = useLiveRooms(wanted);
  const { items: rooms, error } = pages;
  const waiting = !rooms && error === undefined;
  return (
    <div class="page wide">
      <div class="page-head">
        <h1>Live now</h1>
        <p class="lead">
          Walk in, sit down, listen. Raise your hand when you have something to say.
        </p>
      </div>
      <RoomTabs wanted={wanted} />
      {me.value && !isNarrow(wanted) && <Followed />}
      <Finder wanted={wanted} onWanted={look} rooms={rooms} />
      <Found pages={pages} wanted={wanted} />
      <section aria-labelledby="rooms" aria-busy={waiting}>
        <h2 id="rooms" class="hidden">
          Live rooms
        </h2>
        {nothingFits(pages, wanted) ? (
          <NothingFits words="Nothing live fits" onWanted={look} />
        ) : (
          rooms?.length === 0 && <Empty />
        )}
        <div class="cards">
          {rooms?.map((room) => (
            <RoomCard key={room.room_id} room={room} />
          ))}
          {waiting && [0, 1, 2].map((one) => <div key={one} class="card ghost" />)}
        </div>
        <MoreButton pages={pages} />
      </section>
      {!isNarrow(wanted) && <Upcoming />}
    </div>
  );
}

function Empty() {
  return (
    <div class="empty">
      <svg viewBox="0 0 240 96" aria-hidden="true">
        <path
          fill-rule="evenodd"
          d="M0 0h240v12H0zM8 18h224v78H8zM24 96V62a28 28 0 0 1 56 0v34zM92 96V62a28 28 0 0 1 56 0v34zM160 96V62a28 28 0 0 1 56 0v34z"
        />
      </svg>
      <h2>It is quiet here</h2>
      <p>Nobody is live just now. Open a room and people who follow you will find it here.</p>
      <Link href="/start" class="button primary">
        <Mic aria-hidden="true" />
        Be the first
      </Link>
    </div>
  );
}

/** Rooms where someone I follow hosts or speaks; nothing if there are none. */
function Followed() {
  const join = useJoin();
  const entries = followedLive.value?.flatMap(({ room, people }) =>
    people.map((one) => ({ room, ...one })),
  );
  if (!entries?.length) return null;
  return (
    <section class="followed" aria-label="People you follow who are live">
      <ul>
        {entries.slice(0, 20).map(({ room, account, role }) => (
          <li key={`${room.room_id} ${account.account_id}`}>
            <button
              type="button"
              title={room.title}
              onClick={() => join(room.room_id, room.access)}
            >
              <Avatar person={account} size="l" live />
              <strong dir="auto">{account.name}</strong>
              <small>{role === "host" ? "hosts" : "speaks"}</small>
              <span class="hidden">: join {room.title}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Upcoming() {
  const { items: rooms } = useScheduledRooms(EVERYTHING);
  if (!rooms?.length) return null;
  return (
    <section class="upcoming" aria-labelledby="upcoming">
      <header>
        <h2 id="upcoming">Coming up</h2>
        <Link href="/upcoming">See all</Link>
      </header>
      <ul>
        {rooms.slice(0, NEXT).map((room) => (
          <li key={room.room_id}>
            <Link href={`/rooms/${room.room_id}`}>
              <Starts room={room} />
              <strong dir="auto">{room.title}</strong>
              <small>{room.host.name}</small>
              <AccessChip access={room.access} />
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
