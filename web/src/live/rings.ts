/** Who is live, and where: the ring around an avatar, from whatever the pages read. Pure. */

import type { Role } from "../types";

export interface Ring {
  room_id: string;
  role: Role;
}

interface Entry extends Ring {
  /** Which reading of the API said so, or would. */
  source: string;
  at: number;
}

/** By account. */
export type Rings = ReadonlyMap<string, Entry>;

/** What no reading has confirmed for so long counts no more. */
const LASTS = 3 * 60_000;

/**
 * A reading, asked for at `asked` (in milliseconds), says who is live of all whom it can know of;
 * what is newer than the question stays.
 */
export function report(
  rings: Rings,
  source: string,
  live: Iterable<readonly [accountId: string, ring: Ring]>,
  asked: number,
): Rings {
  const next = new Map(
    [...rings].filter(([, entry]) => entry.source !== source || entry.at > asked),
  );
  for (const [accountId, ring] of live) next.set(accountId, { ...ring, source, at: asked });
  return next;
}

/** News: this account, of whom that reading would tell, is live there now. */
export function arrive(
  rings: Rings,
  source: string,
  accountId: string,
  ring: Ring,
  now: number,
): Rings {
  return new Map(rings).set(accountId, { ...ring, source, at: now });
}

/** News: the room is over, for everybody in it. */
export function over(rings: Rings, roomId: string): Rings {
  return new Map([...rings].filter(([, entry]) => entry.room_id !== roomId));
}

/** The rings that still count; the same object if all of them do. */
export function sweep(rings: Rings, now: number): Rings {
  const left = [...rings].filter(([, entry]) => now - entry.at < LASTS);
  return left.length === rings.size ? rings : new Map(left);
}
