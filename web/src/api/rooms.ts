/** Calls about rooms and the people in them. */

import type { NewRoom, Role, RoomChange, RoomState } from "../types";
import { answer, api } from "./client";
import type { components } from "./schema";

type Emoji = components["schemas"]["Emoji"];

/** `q` are words of the title, `language` a BCP 47 tag or its first part, `host` a handle. */
export interface RoomFilter {
  q?: string | null;
  topic?: string | null;
  language?: string | null;
  host?: string | null;
}

const of = (room_id: string) => ({ params: { path: { room_id } } });
const ofMember = (room_id: string, account_id: string) => ({
  params: { path: { room_id, account_id } },
});

/** Rooms in a state, as `wanted` narrows them down. */
export const listRooms = (state: RoomState, wanted: RoomFilter, cursor: string | null) => {
  const said = Object.fromEntries(Object.entries({ ...wanted, cursor }).filter(([, text]) => text));
  return answer(api.GET("/rooms", { params: { query: { state, limit: 100, ...said } } }));
};

/** Live rooms where people whom I follow host or speak. */
export const followedRooms = (cursor: string | null) =>
  answer(api.GET("/me/live", { params: { query: { limit: 100, cursor } } }));
export const readRoom = (roomId: string) => answer(api.GET("/rooms/{room_id}", of(roomId)));
export const openRoom = (room: NewRoom) => answer(api.POST("/rooms", { body: room }));
/** What is left out stays as it is. */
export const changeRoom = (roomId: string, change: RoomChange) =>
  answer(api.PATCH("/rooms/{room_id}", { ...of(roomId), body: change }));
/** Calls it off; with `series`, all that would follow it, too. */
export const cancelRoom = (roomId: string, series: boolean) =>
  answer(api.POST("/rooms/{room_id}/cancel", { ...of(roomId), body: { series } }));
export const startRoom = (roomId: string) =>
  answer(api.POST("/rooms/{room_id}/start", of(roomId)));
export const endRoom = (roomId: string) => answer(api.POST("/rooms/{room_id}/end", of(roomId)));
export const joinRoom = (roomId: string) => answer(api.POST("/rooms/{room_id}/join", of(roomId)));
/** It may outlive the page. */
export const leaveRoom = (roomId: string) =>
  answer(api.POST("/rooms/{room_id}/leave", { ...of(roomId), keepalive: true }));

/** The first page (100) of a room's members. */
export const listMembers = (room_id: string, role: Role) =>
  answer(
    api.GET("/rooms/{room_id}/members", {
      params: { path: { room_id }, query: { role, limit: 100 } },
    }),
  );

/** Who did what to whom and when, newest first. */
export const readLog = (room_id: string, cursor: string | null) =>
  answer(
    api.GET("/rooms/{room_id}/log", {
      params: { path: { room_id }, query: { limit: 50, cursor } },
    }),
  );

export const raiseHand = (roomId: string) => answer(api.PUT("/rooms/{room_id}/hand", of(roomId)));
export const lowerHand = (roomId: string) =>
  answer(api.DELETE("/rooms/{room_id}/hand", of(roomId)));
export const react = (roomId: string, emoji: Emoji) =>
  answer(api.POST("/rooms/{room_id}/reactions", { ...of(roomId), body: { emoji } }));

export const changeRole = (roomId: string, accountId: string, role: Exclude<Role, "host">) =>
  answer(
    api.PUT("/rooms/{room_id}/members/{account_id}/role", {
      ...ofMember(roomId, accountId),
      body: { role },
    }),
  );
export const mute = (roomId: string, accountId: string, muted: boolean) =>
  answer(
    api.PUT("/rooms/{room_id}/members/{account_id}/muted", {
      ...ofMember(roomId, accountId),
      body: { muted },
    }),
  );
export const muteAll = (roomId: string) =>
  answer(api.POST("/rooms/{room_id}/mute-all", of(roomId)));
export const removeMember = (roomId: string, accountId: string) =>
  answer(api.DELETE("/rooms/{room_id}/members/{account_id}", ofMember(roomId, accountId)));
