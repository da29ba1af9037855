/** What is live now, what comes next, and where the people I follow are. */

import { Mic } from "lucide-preact";
import { useState } from "preact/hooks";
import { Link } from "wouter-preact";
import { sentence } from "../api/problem";
import { followedRooms, listRooms } from "../api/rooms";
import { me } from "../auth/me";
import { Avatar } from "../components/avatar";
import { useLoad } from "../components/load";
import { RoomCard } from "../components/room-card";
import { useTitle } from "../components/title";
import { moment } from "../components/when";
import type { Room } from "../types";

const AGAIN = 10_000;

export function LivePage() {
  useTitle("Live now");
  const [topic, setTopic] = useState<string | null>(null);
  const live = useLoad("live", () => listRooms("live"), AGAIN);
  const scheduled = useLoad("scheduled", () => listRooms("scheduled"), AGAIN * 3);
  const rooms = live.value?.items;
  const topics = [...new Set(rooms?.flatMap((room) => room.topics))].slice(0, 12);
  const chosen = topic && topics.includes(topic) ? topic : null;
  const shown = rooms?.filter((room) => !chosen || room.topics.includes(chosen));
  return (
    <div class="page wide">
      <div class="page-head">
        <h1>Live now</h1>
        <p class="lead">
          Walk in, sit down, listen. Raise your hand when you have something to say.
        </p>
      </div>
      {me.value && <Followed />}
      {topics.length > 1 && (
        <div class="filters" role="group" aria-label="Topics">
          <button type="button" class="chip" aria-pressed={!chosen} onClick={() => setTopic(null)}>
            All
          </button>
          {topics.map((one) => (
            <button
              key={one}
              type="button"
              class="chip"
              aria-pressed={one === chosen}
              onClick={() => setTopic(one === chosen ? null : one)}
            >
              {one}
            </button>
          ))}
        </div>
      )}
      {live.error !== undefined && (
        <p class="banner" role="alert">
          {sentence(live.error)}
        </p>
      )}
      <section aria-labelledby="rooms" aria-busy={!rooms && !live.error}>
        <h2 id="rooms" class="hidden">
          Live rooms
        </h2>
        {shown?.length === 0 && <Empty />}
        <div class="cards">
          {shown?.map((room) => (
            <RoomCard key={room.room_id} room={room} />
          ))}
          {!rooms && !live.error && [0, 1, 2].map((one) => <div key={one} class="card ghost" />)}
        </div>
      </section>
      <Upcoming rooms={scheduled.value?.items ?? []} />
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
  const { value } = useLoad("followed", followedRooms, AGAIN);
  const entries = value?.items.flatMap(({ room, people }) =>
    people.map((one) => ({ room, ...one })),
  );
  if (!entries?.length) return null;
  return (
    <section class="followed" aria-label="People you follow who are live">
      <ul>
        {entries.slice(0, 20).map(({ room, account, role }) => (
          <li key={`${room.room_id} ${account.account_id}`}>
            <Link href={`/rooms/${room.room_id}`}>
              <Avatar person={account} size="l" live />
              <strong>{account.name}</strong>
              <small>{role === "host" ? "hosts" : "speaks"}</small>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Upcoming({ rooms }: { rooms: Room[] }) {
  if (rooms.length === 0) return null;
  return (
    <section class="upcoming" aria-labelledby="upcoming">
      <h2 id="upcoming">Coming up</h2>
      <ul>
        {rooms.slice(0, 12).map((room) => (
          <li key={room.room_id}>
            <Link href={`/rooms/${room.room_id}`}>
              <time dateTime={room.starts_at ?? undefined}>
                {room.starts_at && moment(room.starts_at)}
              </time>
              <strong>{room.title}</strong>
              <small>{room.host.name}</small>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
