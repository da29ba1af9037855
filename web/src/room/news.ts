/** What of a room's events is told in words, and how. */

import type { RoomEvent } from "../events";
import { onStage } from "../types";
import { find, type Roster } from "./roster";

/** The sentence for an event, seen from the roster before it; null for those that just show. */
export function news(roster: Roster, event: RoomEvent): string | null {
  const mine = "account_id" in event && event.account_id === roster.you.account_id;
  switch (event.type) {
    case "role.changed": {
      const before = mine ? roster.you : find(roster, event.account_id);
      const was = before && "role" in before ? before.role : "listener";
      if (was === event.role) return null;
      if (event.role === "cohost")
        return `${mine ? "You are" : `${event.member.name} is`} a co-host now.`;
      if (onStage(event.role) === onStage(was)) return null;
      if (onStage(event.role)) return `${mine ? "You are" : `${event.member.name} is`} on stage.`;
      return mine ? "You are in the audience now." : `${event.member.name} left the stage.`;
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
