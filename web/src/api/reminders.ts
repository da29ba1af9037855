/** Calls about being reminded of rooms, and about having them in a calendar. */

import { answer, api } from "./client";
import type { components } from "./schema";

/** Minutes before the start, 0 being when it really begins; and by which channels. */
export type Reminder = components["schemas"]["Reminder"];
export type WantedReminder = Omit<Reminder, "room_id">;

const of = (room_id: string) => ({ params: { path: { room_id } } });

export const setReminder = (roomId: string, wanted: WantedReminder) =>
  answer(api.PUT("/rooms/{room_id}/reminder", { ...of(roomId), body: wanted }));
export const dropReminder = (roomId: string) =>
  answer(api.DELETE("/rooms/{room_id}/reminder", of(roomId)));

/** Rooms that I wait for, or am waiting to leave behind. */
export const listReminders = (cursor: string | null) =>
  answer(api.GET("/me/reminders", { params: { query: { limit: 100, cursor } } }));

/** The room as a calendar's file (RFC 5545): an address that opens in whatever keeps a calendar. */
export const calendarFile = (roomId: string) =>
  `/rooms/${encodeURIComponent(roomId)}/calendar.ics`;

/** The address of a calendar with all my rooms: a new one, which ends the one before. */
export const newFeed = () => answer(api.POST("/me/calendar"));
