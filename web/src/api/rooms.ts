/** Calls about rooms and the people in them. */

import type { FollowedRoom, Joined, Member, NewRoom, Page, Role, Room, RoomState } from "../types";
import { call } from "./http";

const at = (roomId: string) => `/rooms/${encodeURIComponent(roomId)}`;
const memberAt = (roomId: string, accountId: string) =>
  `${at(roomId)}/members/${encodeURIComponent(accountId)}`;

/** The first page (100) of rooms in a state. */
export const listRooms = (state: RoomState) =>
  call<Page<Room>>("GET", `/rooms?state=${state}&limit=100`);

export const followedRooms = () => call<Page<FollowedRoom>>("GET", "/me/live");
export const readRoom = (roomId: string) => call<Room>("GET", at(roomId));
export const openRoom = (room: NewRoom) => call<Room>("POST", "/rooms", { body: room });
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
