/** Whose rooms to come there are to see, page by page. */

import { listReminders } from "../api/reminders";
import { listRooms } from "../api/rooms";
import { me, whomIFollow } from "../auth/me";
import type { Page, Room } from "../types";
import { toFilter, type Wanted } from "./query";

/** Pages that are read in search of rooms to show, before somebody is asked to go on. */
const PAGES = 5;
const ENOUGH = 12;

/** The next page of what is looked for. */
export async function readScheduled(wanted: Wanted, cursor: string | null): Promise<Page<Room>> {
  switch (wanted.whose) {
    case "mine":
      return listRooms("scheduled", { host: me.peek()?.handle ?? null }, cursor);
    case "reminded":
      return reminded(cursor);
    case "followed": {
      const followed = await whomIFollow();
      const read = (place: string | null) => listRooms("scheduled", toFilter(wanted), place);
      return gather(read, ({ host }) => host.handle !== null && followed.has(host.handle), cursor);
    }
    case "all":
      return listRooms("scheduled", toFilter(wanted), cursor);
  }
}

/** A page of what fits, from as many pages as that takes, within a bound. */
export async function gather<Item>(
  read: (cursor: string | null) => Promise<Page<Item>>,
  fits: (item: Item) => boolean,
  cursor: string | null,
): Promise<Page<Item>> {
  const items: Item[] = [];
  let place = cursor;
  for (let page = 0; page < PAGES && items.length < ENOUGH; page += 1) {
    const found = await read(place);
    items.push(...found.items.filter(fits));
    place = found.next;
    if (place === null) break;
  }
  return { items, next: place };
}

async function reminded(cursor: string | null): Promise<Page<Room>> {
  const { items, next } = await listReminders(cursor);
  return { items: items.map(({ room }) => room), next };
}
