/** An account: mine to edit, another's to follow; with the room they are in. */

import { Ban, Pencil, Settings } from "lucide-preact";
import { useState } from "preact/hooks";
import { Link } from "wouter-preact";
import { block, readAccount, unblock } from "../api/accounts";
import { ApiError, sentence } from "../api/problem";
import { readRoom } from "../api/rooms";
import { me } from "../auth/me";
import { useAct } from "../components/act";
import { Avatar } from "../components/avatar";
import { Dialog } from "../components/dialog";
import { FollowButton } from "../components/follow-button";
import { useLoad } from "../components/load";
import { ProfileForm } from "../components/profile-form";
import { RoomCard } from "../components/room-card";
import { useTitle } from "../components/title";
import { toast } from "../room/toasts";
import type { Account, Role } from "../types";

const AGAIN = 15_000;

const IN_ROOM = {
  host: "Hosting now",
  cohost: "Co-hosting now",
  speaker: "Speaking now",
  listener: "Listening now",
};

export function ProfilePage({ handle }: { handle: string }) {
  const { value: account, error, reload } = useLoad(handle, () => readAccount(handle), AGAIN);
  useTitle(account?.name ?? `@${handle}`);
  if (!account) {
    const gone = error instanceof ApiError && error.status === 404;
    return (
      <div class="page narrow" aria-busy={error === undefined}>
        {error !== undefined && <h1>{gone ? `There is no @${handle}` : sentence(error)}</h1>}
      </div>
    );
  }
  return (
    <div class="page narrow profile">
      <Avatar person={account} size="xl" live={account.live !== null} />
      <h1>{account.name}</h1>
      <p class="handle">@{account.handle}</p>
      <dl class="figures">
        <div>
          <dt>Followers</dt>
          <dd>{account.follower_count.toLocaleString()}</dd>
        </div>
        <div>
          <dt>Following</dt>
          <dd>{account.following_count.toLocaleString()}</dd>
        </div>
      </dl>
      {me.value?.account_id === account.account_id ? (
        <Own onSaved={reload} />
      ) : (
        <Other account={account} onChange={reload} />
      )}
      {account.live && <LiveRoom roomId={account.live.room_id} role={account.live.role} />}
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

function Own({ onSaved }: { onSaved: () => void }) {
  const [editing, setEditing] = useState(false);
  return (
    <div class="actions">
      <button type="button" class="button" onClick={() => setEditing(true)}>
        <Pencil aria-hidden="true" />
        Edit profile
      </button>
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
    setAsking(false);
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
        <Dialog title={`Block ${name}?`} onClose={() => setAsking(false)}>
          <p>{name} won't be able to see or join your rooms.</p>
          <div class="actions">
            <button
              type="button"
              class="button danger"
              aria-disabled={busy}
              onClick={() => act(shutOut)}
            >
              Block {name}
            </button>
            <button type="button" class="button quiet" onClick={() => setAsking(false)}>
              Cancel
            </button>
          </div>
        </Dialog>
      )}
    </div>
  );
}
