/** Coming in and going, one after the other: a late goodbye would throw out who is back already. */

import { joinRoom, leaveRoom } from "../api/rooms";
import { Turns } from "../api/turns";
import type { Joined } from "../types";

/** By room; visits come and go. */
const thresholds = new Map<string, Turns>();

export const comeIn = (roomId: string): Promise<Joined> => at(roomId).take(() => joinRoom(roomId));

/** Once I have come in, if that is under way. */
export const goOut = (roomId: string): Promise<void> => at(roomId).take(() => leaveRoom(roomId));

/** Once I am in or out, if either is under way. */
export const crossed = (roomId: string): Promise<void> => at(roomId).take(async () => undefined);

function at(roomId: string): Turns {
  const turns = thresholds.get(roomId) ?? new Turns();
  thresholds.set(roomId, turns);
  return turns;
}
