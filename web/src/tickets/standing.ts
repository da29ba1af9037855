/** What a ticket is good for now, in words. Pure. */

import type { Ticket } from "./types";

/** Whether its room is still to come, or on. */
export function current(ticket: Ticket): boolean {
  const { state } = ticket.room;
  return ticket.state === "valid" && (state === "scheduled" || state === "live");
}

/** Why it opens no door any more; null if it does. */
export function spoiled({ state, room }: Ticket): string | null {
  if (state === "refunded") return "Refunded";
  if (state === "disputed") return "Disputed";
  if (room.state === "cancelled") return "Cancelled";
  return room.state === "ended" ? "Over" : null;
}

/** Where the room is in its life, for whoever has the ticket. */
export function outlook({ state, room, attended_minutes: minutes }: Ticket): string {
  if (state === "refunded") return "The money went back to whoever paid.";
  if (state === "disputed") return "The payment was disputed at the bank.";
  switch (room.state) {
    case "scheduled":
      return "The doors aren't open yet.";
    case "live":
      return "The room is live now.";
    case "cancelled":
      return "It was called off. What was paid goes back.";
    case "ended":
      if (minutes === 0) return "The room is over.";
      return minutes === 1
        ? "You were there for a minute."
        : `You were there for ${minutes} minutes.`;
  }
}
