/** Calls of somebody who wants tickets: the offer, a hold on some, a place on the waiting list. */

import type { Hold, Offer, Waiting, WantedHold } from "../tickets/types";
import { call } from "./http";
import { ApiError } from "./problem";

const at = (roomId: string) => `/rooms/${encodeURIComponent(roomId)}`;
const holdAt = (holdId: string) => `/holds/${encodeURIComponent(holdId)}`;

/** What is sold for the room; null if nothing is. */
export const readOffer = (roomId: string) =>
  unlessMissing(call<Offer>("GET", `${at(roomId)}/offer`));

/** Takes tickets off sale for me; with the same `key` it happens once. */
export const placeHold = (roomId: string, wanted: WantedHold, key: string) =>
  call<Hold>("POST", `${at(roomId)}/holds`, { body: wanted, key });

export const readHold = (holdId: string) => call<Hold>("GET", holdAt(holdId));
export const releaseHold = (holdId: string) => call<void>("DELETE", holdAt(holdId));

/** My place on the waiting list; null if I have none. */
export const readWaiting = (roomId: string) =>
  unlessMissing(call<Waiting>("GET", `${at(roomId)}/waiting`));
export const joinWaiting = (roomId: string) => call<Waiting>("PUT", `${at(roomId)}/waiting`);
export const leaveWaiting = (roomId: string) => call<void>("DELETE", `${at(roomId)}/waiting`);

async function unlessMissing<Value>(answer: Promise<Value>): Promise<Value | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  }
}
