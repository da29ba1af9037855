/** An account: mine to edit, another's to follow; the room they are in, and those to come. */

import { Ban, Pencil, Settings, Ticket, Wallet } from "lucide-preact";
import { useState } from "preact/hooks";
import { Link } from "wouter-preact";
import { block, readAccount, unblock } from "../api/accounts";
import { readRoom } from "../api/rooms";
import { me } from "../auth/me";
import { useAct } from "../components/act";
import { Confirm } from "../components/confirm";
import { Dialog } from "../components/dialog";
import { ComingRoom } from "../components/discovery/coming-room";
import { useScheduledRooms } from "../components/discovery/rooms";
import { Face } from "../components/face";
import { FollowButton } from "../components/follow-button";
import { useLoad } from "../components/load";
import { NotHere } from "../components/not-here";
import { ProfileForm } from "../components/profile-form";
import { RoomCard } from "../components/room-card";
import { MuteButton } from "../components/settings/mute-button";
import { useTitle } from "../components/title";
import { EVERYTHING } from "../discovery/query";
import { sawAccounts } from "../live/now";
import { useNews } from "../realtime/news";
import { toast } from "../room/toasts";
import type { Account, Role } from "../types";

const AGAIN = 15_000;
const AHEAD = 5;

const IN_ROOM = {
  host: "Hosting now",
  cohost: "Co-hosting now",
  speaker: "Speaking now",
  listener: "Listening now",
};

export function ProfilePage({ handle }: { handle: string }) {
  const read = async () => {
    const asked = Date.now();
    const found = await readAccount(handle);
    sawAccounts(`profile ${handle}`, [found], asked);
    return found;
  };
  const { value: account, error, reload } = useLoad(handle, read, AGAIN);
  useNews((news) => "person" in news && news.person.handle === handle, reload);
  useTitle(account?.name ?? `@${handle}`);
  if (!account) {
    if (error === undefined) return <div class="page narrow" aria-busy="true" />;
    return <NotHere heading={`There is no @${handle}`} error={error} />;
  }
  const mine = me.value?.account_id === account.account_id;
  return (
    <div class="page narrow profile">
      <Face person={account} size="xl" />
      <h1 dir="auto">{account.name}</h1>
      <p class="handle">@{account.handle}</p>
      <dl class="figures">
        <div>
          <dt>Followers</dt>
          <dd>
            <Link href={`/people/${account.handle}/followers`}>
              {account.follower_count.toLocaleString()}
            </Link>
          </dd>
        </div>
        <div>
          <dt>Following</dt>
          <dd>
            {mine ? (
              <Link href="/following">{account.following_count.toLocaleString()}</Link>
            ) : (
              account.following_count.toLocaleString()
            )}
          </dd>
        </div>
      </dl>
      {mine ? <Own onSaved={reload} /> : <Other account={account} onChange={reload} />}
      {account.live && <LiveRoom roomId={account.live.room_id} role={account.live.role} />}
      <Ahead handle={handle} />
    </div>
  );
}

function LiveRoom({ roomId, role }: { roomId: string; role: Role }) {
  const { value: room } = useLoad(roomId, () => readRoom(roomId), AGAIN);
  if (!room) return null;
  return (
    <section class="profile-live" aria-labelledby="live-room">
      <h2 id="live-room">{IN_ROOM[role]}</h2>
      <RoomCard room={room} />
    </section>
  );
}

/** Their rooms to come; nothing if there are none. */
function Ahead({ handle }: { handle: string }) {
  const { items: rooms } = useScheduledRooms({ ...EVERYTHING, host: handle });
  if (!rooms?.length) return null;
  return (
    <section class="profile-ahead" aria-labelledby="ahead">
      <h2 id="ahead">Coming up</h2>
      <ul class="coming-list">
        {rooms.slice(0, AHEAD).map((room) => (
          <li key={room.room_id}>
            <ComingRoom room={room} />
          </li>
        ))}
      </ul>
      {rooms.length > AHEAD && (
        <Link href={`/upcoming?host=${handle}`}>See all {rooms.length}</Link>
      )}
    </section>
  );
}

function Own({ onSaved }: { onSaved: () => void }) {
  const [editing, setEditing] = useState(false);
  return (
    <div class="actions">
      <button type="button" class="button" onClick={() => setEditing(true)}>
        <Pencil aria-hidden="true" />
        Edit profile
      </button>
      <Link href="/tickets" class="button quiet">
        <Ticket aria-hidden="true" />
        Tickets
      </Link>
      {me.value?.hosting.allowed && (
        <Link href="/payouts" class="button quiet">
          <Wallet aria-hidden="true" />
          Payouts
        </Link>
      )}
      <Link href="/settings" class="button quiet">
        <Settings aria-hidden="true" />
        Settings
      </Link>
      {editing && (
        <Dialog title="Edit profile" onClose={() => setEditing(false)}>
          <ProfileForm
            onSaved={() => {
              setEditing(false);
              onSaved();
            }}
          />
        </Dialog>
      )}
    </div>
  );
}

function Other({ account, onChange }: { account: Account; onChange: () => void }) {
  const { busy, act } = useAct();
  const [asking, setAsking] = useState(false);
  const [blocked, setBlocked] = useState(false);
  const { handle, name } = account;
  if (!me.value || !handle) return null;
  const shutOut = async () => {
    await block(handle);
    setBlocked(true);
    toast(`${name} can't see or join your rooms now.`);
    onChange();
  };
  const letIn = async () => {
    await unblock(handle);
    setBlocked(false);
  };
  return (
    <div class="actions">
      <FollowButton person={account} onChange={onChange} />
      <MuteButton person={account} />
      <button
        type="button"
        class="button quiet"
        aria-disabled={busy}
        onClick={() => (blocked ? act(letIn) : setAsking(true))}
      >
        <Ban aria-hidden="true" />
        {blocked ? "Unblock" : "Block"}
      </button>
      {asking && (
        <Confirm
          title={`Block ${name}?`}
          yes={`Block ${name}`}
          no="Cancel"
          onYes={shutOut}
          onClose={() => setAsking(false)}
        >
          <p>{name} won't be able to see or join your rooms.</p>
        </Confirm>
      )}
    </div>
  );
}
