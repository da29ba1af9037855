/** Calls about rooms and the people in them. */

import type { LocalStart } from "../room/schedule";
import type { FollowedRoom, Joined, Member, NewRoom, Page, Role, Room, RoomState } from "../types";
import { call } from "./http";

/** `q` are words of the title, `language` a BCP 47 tag or its first part, `host` a handle. */
export interface RoomFilter {
  q?: string | null;
  topic?: string | null;
  language?: string | null;
  host?: string | null;
}

const at = (roomId: string) => `/rooms/${encodeURIComponent(roomId)}`;
const memberAt = (roomId: string, accountId: string) =>
  `${at(roomId)}/members/${encodeURIComponent(accountId)}`;

/** Rooms in a state, as `wanted` narrows them down. */
export const listRooms = (state: RoomState, wanted: RoomFilter, cursor: string | null) => {
  const query = new URLSearchParams({ state, limit: "100" });
  for (const [name, value] of Object.entries({ ...wanted, cursor })) {
    if (value) query.set(name, value);
  }
  return call<Page<Room>>("GET", `/rooms?${query}`);
};

/** Live rooms where people whom I follow host or speak. */
export const followedRooms = (cursor: string | null) =>
  call<Page<FollowedRoom>>(
    "GET",
    `/me/live?limit=100${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`,
  );
export const readRoom = (roomId: string) => call<Room>("GET", at(roomId));
export const openRoom = (room: NewRoom) => call<Room>("POST", "/rooms", { body: room });
export const moveRoom = (roomId: string, start: LocalStart) =>
  call<Room>("PATCH", at(roomId), { body: start });
/** Calls it off; with `series`, all that would follow it, too. */
export const cancelRoom = (roomId: string, series: boolean) =>
  call<Room>("POST", `${at(roomId)}/cancel`, { body: { series } });
export const startRoom = (roomId: string) => call<Room>("POST", `${at(roomId)}/start`);
export const endRoom = (roomId: string) => call<void>("POST", `${at(roomId)}/end`);
export const joinRoom = (roomId: string) =>
  call<Joined>("POST", `${at(roomId)}/join`, { body: {} });
export const leaveRoom = (roomId: string) =>
  call<void>("POST", `${at(roomId)}/leave`, { keepalive: true });

/** The first page (100) of a room's members. */
export const listMembers = (roomId: string, role: Role) =>
  call<Page<Member>>("GET", `${at(roomId)}/members?role=${role}&limit=100`);

export const raiseHand = (roomId: string) => call<void>("PUT", `${at(roomId)}/hand`);
export const lowerHand = (roomId: string) => call<void>("DELETE", `${at(roomId)}/hand`);
export const react = (roomId: string, emoji: string) =>
  call<void>("POST", `${at(roomId)}/reactions`, { body: { emoji } });

export const changeRole = (roomId: string, accountId: string, role: Exclude<Role, "host">) =>
  call<void>("PUT", `${memberAt(roomId, accountId)}/role`, { body: { role } });
export const mute = (roomId: string, accountId: string, muted: boolean) =>
  call<void>("PUT", `${memberAt(roomId, accountId)}/muted`, { body: { muted } });
export const muteAll = (roomId: string) => call<void>("POST", `${at(roomId)}/mute-all`);
export const removeMember = (roomId: string, accountId: string) =>
  call<void>("DELETE", memberAt(roomId, accountId));

export interface Report {
  account_id?: string;
  reason: string;
  note: string;
}

export const report = (roomId: string, body: Report) =>
  call<void>("POST", `${at(roomId)}/reports`, { body });
