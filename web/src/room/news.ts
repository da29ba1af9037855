/** What of a room's events is told in words, and how. */

import type { RoomEvent } from "../events";
import { onStage, type Role } from "../types";
import { find, type Roster } from "./roster";

/** The sentence for an event, seen from the roster before it; null for those that just show. */
export function news(roster: Roster, event: RoomEvent): string | null {
  const mine = "account_id" in event && event.account_id === roster.you.account_id;
  switch (event.type) {
    case "room.state":
      return moved(roster.you.role, event.you.role, null);
    case "role.changed": {
      const before = mine ? roster.you : find(roster, event.account_id);
      const was = before && "role" in before ? before.role : "listener";
      return moved(was, event.role, mine ? null : event.member.name);
    }
    case "muted":
      if (!mine || !event.muted || event.by === roster.you.account_id) return null;
      return `${find(roster, event.by)?.name ?? "A host"} muted you.`;
    case "hand.raised":
      return mine || !onStage(roster.you.role) ? null : `${event.name} raised a hand.`;
    case "member.left": {
      const speaker = roster.stage.find((member) => member.account_id === event.account_id);
      if (!speaker || mine) return null;
      return event.reason === "lost"
        ? `${speaker.name} lost the connection.`
        : `${speaker.name} left.`;
    }
    default:
      return null;
  }
}

/** `name`: of somebody else. */
function moved(was: Role, role: Role, name: string | null): string | null {
  if (was === role) return null;
  const are = name === null ? "You are" : `${name} is`;
  if (role === "cohost") return `${are} a co-host now.`;
  if (onStage(role) === onStage(was)) return null;
  if (onStage(role)) return `${are} on stage.`;
  return name === null ? "You are in the audience now." : `${name} left the stage.`;
}
