/** Calls about what people find wrong, and what moderators do about it. */

import { answer, api } from "./client";
import { cancelRoom, endRoom } from "./rooms";
import type { components } from "./schema";
import type { ReportState, RoomBrief } from "../types";

export type NewReport = components["schemas"]["NewReport"];

export const report = (room_id: string, body: NewReport) =>
  answer(api.POST("/rooms/{room_id}/reports", { params: { path: { room_id } }, body }));

/** What was reported in all rooms, newest first: still open, or settled. */
export const readReports = (state: ReportState, cursor: string | null) =>
  answer(api.GET("/reports", { params: { query: { state, limit: 50, cursor } } }));

/** The report as it is then: another moderator may have settled it sooner. */
export const settleReport = (report_id: string) =>
  answer(api.PUT("/reports/{report_id}/settled", { params: { path: { report_id } } }));

export const reopenReport = (report_id: string) =>
  answer(api.DELETE("/reports/{report_id}/settled", { params: { path: { report_id } } }));

/** Ends a live room, and cancels one that is to come: with `series`, all that would follow it. */
export const takeDown = ({ room_id, state }: RoomBrief, series: boolean) =>
  state === "live" ? endRoom(room_id) : cancelRoom(room_id, series);
