/** Calls of somebody who wants tickets: the offer, a hold on some, a place on the waiting list. */

import type { WantedHold } from "../tickets/types";
import { answer, api, once } from "./client";
import { ApiError } from "./problem";

const of = (room_id: string) => ({ params: { path: { room_id } } });
const ofHold = (hold_id: string) => ({ params: { path: { hold_id } } });

/** What is sold for the room; null if nothing is. */
export const readOffer = (roomId: string) =>
  unlessMissing(answer(api.GET("/rooms/{room_id}/offer", of(roomId))));

/** Takes tickets off sale for me; with the same `key` it happens once. */
export const placeHold = (room_id: string, wanted: WantedHold, key: string) =>
  answer(
    api.POST("/rooms/{room_id}/holds", { params: { path: { room_id }, ...once(key) }, body: wanted }),
  );

export const readHold = (holdId: string) => answer(api.GET("/holds/{hold_id}", ofHold(holdId)));
export const releaseHold = (holdId: string) =>
  answer(api.DELETE("/holds/{hold_id}", ofHold(holdId)));

/** My place on the waiting list; null if I have none. */
export const readWaiting = (roomId: string) =>
  unlessMissing(answer(api.GET("/rooms/{room_id}/waiting", of(roomId))));
export const joinWaiting = (roomId: string) =>
  answer(api.PUT("/rooms/{room_id}/waiting", of(roomId)));
export const leaveWaiting = (roomId: string) =>
  answer(api.DELETE("/rooms/{room_id}/waiting", of(roomId)));

async function unlessMissing<Value>(answered: Promise<Value>): Promise<Value | null> {
  try {
    return await answered;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  }
}
