/** The tickets that I have for a room, as far as I need any. */

import { myTickets } from "../../api/tickets";
import { me } from "../../auth/me";
import type { Ticket } from "../../tickets/types";
import type { Room } from "../../types";
import { type Loaded, useLoad } from "../load";

/** Those that open the door; none for a room without tickets, or for a guest. */
export function useTicketsFor(room: Room | undefined): Loaded<Ticket[]> {
  const wanted = room?.access === "ticketed" && me.value ? room.room_id : null;
  const key = wanted ? `tickets of ${me.value?.account_id} for ${wanted}` : "no tickets";
  return useLoad(key, async () => {
    if (!wanted) return [];
    const { items } = await myTickets();
    return items.filter((one) => one.state === "valid" && one.room.room_id === wanted);
  });
}
