/** Calls about being reminded of rooms, and about having them in a calendar. */

import type { Channel } from "../settings/notifications";
import type { Page, Room } from "../types";
import { call } from "./http";

/** Minutes before the start; 0 is when it really begins. */
export interface WantedReminder {
  lead_minutes: number[];
  channels: Channel[];
}

export interface Reminder extends WantedReminder {
  room_id: string;
}

const at = (roomId: string) => `/rooms/${encodeURIComponent(roomId)}`;

export const setReminder = (roomId: string, wanted: WantedReminder) =>
  call<Reminder>("PUT", `${at(roomId)}/reminder`, { body: wanted });
export const dropReminder = (roomId: string) => call<void>("DELETE", `${at(roomId)}/reminder`);

/** Rooms that I wait for, or am waiting to leave behind. */
export const listReminders = (cursor: string | null) =>
  call<Page<Reminder & { room: Room }>>(
    "GET",
    `/me/reminders?limit=100${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`,
  );

/** The room as a calendar's file (RFC 5545): an address that opens in whatever keeps a calendar. */
export const calendarFile = (roomId: string) => `${at(roomId)}/calendar.ics`;

/** The address of a calendar with all my rooms: a new one, which ends the one before. */
export const newFeed = () => call<{ url: string }>("POST", "/me/calendar");
