/** One tap from anywhere into a live room. */

import { useLocation } from "wouter-preact";
import { myTickets } from "../api/tickets";
import { accountId } from "../auth/me";
import { enter } from "../room/current";
import type { Access } from "../types";

/** Goes in at once; where a ticket is needed and none is there, to the door, which sells it. */
export function useJoin(): (roomId: string, access?: Access) => void {
  const [, navigate] = useLocation();
  return (roomId, access) => {
    const door = `/rooms/${roomId}`;
    navigate(door);
    if (access !== "ticketed") enter(roomId);
    else void hasTicket(roomId).then((has) => has && location.pathname === door && enter(roomId));
  };
}

async function hasTicket(roomId: string): Promise<boolean> {
  if (!accountId.value) return false;
  try {
    const { items } = await myTickets();
    return items.some((ticket) => ticket.state === "valid" && ticket.room.room_id === roomId);
  } catch {
    return false;
  }
}
