/** A person in the room, and what I may do: follow, invite up, mute, remove, report. */

import { ArrowDownToLine, Flag, MicOff, Star, StarOff, User, UserPlus, UserX } from "lucide-preact";
import { useState } from "preact/hooks";
import { Link } from "wouter-preact";
import { changeRole, mute, removeMember } from "../../api/rooms";
import { me } from "../../auth/me";
import type { Roster } from "../../room/roster";
import type { Visit } from "../../room/visit";
import { type Member, onStage, runsRoom } from "../../types";
import { useAct } from "../act";
import { Avatar } from "../avatar";
import { Dialog } from "../dialog";
import { FollowButton } from "../follow-button";
import { ReportDialog } from "./report";
import { ROLES } from "./stage";

interface Props {
  visit: Visit;
  person: Member;
  roster: Roster;
  onClose: () => void;
}

export function PersonSheet({ visit, person, roster, onClose }: Props) {
  const [asking, setAsking] = useState<"remove" | "report" | null>(null);
  const { room, you } = roster;
  if (asking === "report")
    return <ReportDialog roomId={room.room_id} person={person} onClose={onClose} />;
  if (asking === "remove")
    return <Remove person={person} roomId={room.room_id} onClose={onClose} />;
  const mine = person.account_id === you.account_id;
  return (
    <Dialog title={person.name} onClose={onClose}>
      <div class="sheet-person">
        <Avatar person={person} size="l" speaking={roster.speaking.has(person.account_id)} />
        <p>
          {person.handle && <span class="handle">@{person.handle}</span>}
          <span class="chip">{ROLES[person.role]}</span>
        </p>
      </div>
      <div class="actions">
        <FollowButton person={person} />
        {person.handle && (
          <Link href={`/people/${person.handle}`} class="button quiet">
            <User aria-hidden="true" />
            View profile
          </Link>
        )}
      </div>
      <Deeds
        visit={visit}
        person={person}
        roster={roster}
        onDone={onClose}
        onRemove={() => setAsking("remove")}
      />
      {!mine && me.value && (
        <button type="button" class="item" onClick={() => setAsking("report")}>
          <Flag aria-hidden="true" />
          Report
        </button>
      )}
    </Dialog>
  );
}

interface DeedsProps {
  visit: Visit;
  person: Member;
  roster: Roster;
  onDone: () => void;
  onRemove: () => void;
}

/** What my role lets me do to theirs; the API has the last word. */
function Deeds({ visit, person, roster, onDone, onRemove }: DeedsProps) {
  const { busy, act } = useAct();
  const { room, you } = roster;
  const { account_id: id, role } = person;
  const mine = id === you.account_id;
  const host = you.role === "host";
  if (role === "host" || (!mine && !runsRoom(you.role))) return null;
  const deed = (label: string, Icon: typeof Flag, call: () => Promise<unknown>) => (
    <button
      type="button"
      class="item"
      aria-disabled={busy}
      onClick={() => act(() => call().then(onDone))}
    >
      <Icon aria-hidden="true" />
      {label}
    </button>
  );
  const become = (next: "cohost" | "speaker" | "listener") => () =>
    changeRole(room.room_id, id, next);
  if (mine)
    return onStage(role)
      ? deed("Leave the stage", ArrowDownToLine, () => visit.leaveStage())
      : null;
  const mayMove = host || role !== "cohost";
  // A guest can only listen.
  const mayRise = person.handle !== null;
  return (
    <div class="items">
      {role === "listener" && mayRise && deed("Invite to speak", UserPlus, become("speaker"))}
      {onStage(role) && !person.muted && deed("Mute", MicOff, () => mute(room.room_id, id, true))}
      {onStage(role) && mayMove && deed("Move to audience", ArrowDownToLine, become("listener"))}
      {host && role !== "cohost" && mayRise && deed("Make co-host", Star, become("cohost"))}
      {host && role === "cohost" && deed("Make speaker", StarOff, become("speaker"))}
      {mayMove && (
        <button type="button" class="item danger" onClick={onRemove}>
          <UserX aria-hidden="true" />
          Remove from room
        </button>
      )}
    </div>
  );
}

function Remove({
  person,
  roomId,
  onClose,
}: {
  person: Member;
  roomId: string;
  onClose: () => void;
}) {
  const { busy, act } = useAct();
  return (
    <Dialog title={`Remove ${person.name}?`} onClose={onClose}>
      <p>The sound stops for {person.name} at once, and this room stays closed to them.</p>
      <div class="actions">
        <button
          type="button"
          class="button danger"
          aria-disabled={busy}
          onClick={() => act(() => removeMember(roomId, person.account_id).then(onClose))}
        >
          Remove {person.name}
        </button>
        <button type="button" class="button quiet" onClick={onClose}>
          Cancel
        </button>
      </div>
    </Dialog>
  );
}
