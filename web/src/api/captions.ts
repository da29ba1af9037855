/** Calls about a room's captions. */

import type { CaptionLine } from "../types";
import { answer, api } from "./client";

export const FORMATS = [
  ["txt", "Text"],
  ["vtt", "WebVTT"],
  ["srt", "SubRip"],
] as const;

export type Format = (typeof FORMATS)[number][0];

/** Up to 100 lines in the order of seq: the newest, or those around the given seqs. */
export const readLines = (
  room_id: string,
  { after = null, before = null }: { after?: number | null; before?: number | null } = {},
) =>
  answer(
    api.GET("/rooms/{room_id}/captions", {
      params: { path: { room_id }, query: { limit: 100, after_seq: after, before_seq: before } },
    }),
  );

export const correctLine = (room_id: string, { line_id, revision }: CaptionLine, text: string) =>
  answer(
    api.PATCH("/rooms/{room_id}/captions/{line_id}", {
      params: { path: { room_id, line_id } },
      body: { text, revision },
    }),
  );

export const readTranscript = (room_id: string, format: Format): Promise<Blob> =>
  answer(
    api.GET(`/rooms/{room_id}/captions.${format}`, {
      params: { path: { room_id } },
      parseAs: "blob",
    }),
  );

/** For the host: whether speech is written along. */
export const enableCaptions = (room_id: string, enabled: boolean) =>
  answer(
    api.PATCH("/rooms/{room_id}", { params: { path: { room_id } }, body: { captions: { enabled } } }),
  );
