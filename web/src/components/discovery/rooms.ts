/** Rooms as they are looked for, page by page, and again when news says that there are others. */

import { listRooms } from "../../api/rooms";
import { accountId, me } from "../../auth/me";
import { toFilter, type Wanted } from "../../discovery/query";
import { pace, sawRooms } from "../../live/now";
import type { News } from "../../realtime/messages";
import { useNews } from "../../realtime/news";
import type { Page, Room } from "../../types";
import { useEvery } from "../load";
import { type Pages, usePages } from "../pages";

/** What is to come changes less often than what is on. */
const SCHEDULED_AGAIN = 60_000;
const LIVE: readonly News["type"][] = ["room.live", "room.ended"];
const SCHEDULED: readonly News["type"][] = ["room.live", "room.rescheduled", "room.cancelled"];

export function useLiveRooms(wanted: Wanted): Pages<Room> {
  const filter = toFilter(wanted);
  const read = async (cursor: string | null) => {
    const asked = Date.now();
    const page = await listRooms("live", filter, cursor);
    sawRooms(`live rooms from ${cursor}`, page.items, asked);
    return page;
  };
  return useFresh(["live", accountId.value, filter], read, pace(), LIVE);
}

export function useScheduledRooms(wanted: Wanted, read = everybodys): Pages<Room> {
  const key = ["scheduled", accountId.value, wanted];
  return useFresh(key, (cursor) => read(wanted, cursor), SCHEDULED_AGAIN, SCHEDULED);
}

function everybodys(wanted: Wanted, cursor: string | null): Promise<Page<Room>> {
  return listRooms("scheduled", toFilter(wanted), cursor);
}

function useFresh(
  key: unknown,
  read: (cursor: string | null) => Promise<Page<Room>>,
  every: number,
  concerns: readonly News["type"][],
): Pages<Room> {
  // Which rooms there are to see depends on who looks.
  const known = me.value !== undefined;
  const pages = usePages(known ? JSON.stringify(key) : null, read);
  // Whoever has gone further down the list keeps what is there.
  const again = () => known && !pages.extended && pages.reload();
  useEvery(every, again);
  useNews((news) => concerns.includes(news.type), again);
  return pages;
}
