/** Calls about a room's captions. */

import type { CaptionLine } from "../types";
import { answer, api } from "./client";
import type { components } from "./schema";

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

/** Names and terms that make captions more accurate. */
export const readWords = async (room_id: string) =>
  (await answer(api.GET("/rooms/{room_id}/vocabulary", { params: { path: { room_id } } }))).words;
/** These and no others. */
export const writeWords = async (room_id: string, words: string[]) =>
  (
    await answer(
      api.PUT("/rooms/{room_id}/vocabulary", { params: { path: { room_id } }, body: { words } }),
    )
  ).words;

/** Who may write lines by hand. */
export const listCaptioners = async (room_id: string) =>
  (await answer(api.GET("/rooms/{room_id}/captioners", { params: { path: { room_id } } }))).items;
export const nameCaptioner = (room_id: string, account_id: string) =>
  answer(
    api.PUT("/rooms/{room_id}/captioners/{account_id}", {
      params: { path: { room_id, account_id } },
    }),
  );
export const dismissCaptioner = (room_id: string, account_id: string) =>
  answer(
    api.DELETE("/rooms/{room_id}/captioners/{account_id}", {
      params: { path: { room_id, account_id } },
    }),
  );

/** Whether I may. */
export const mayCaption = async (room_id: string) =>
  (await answer(api.GET("/rooms/{room_id}/captioning", { params: { path: { room_id } } })))
    .captioner;
export const writeLine = (room_id: string, line: components["schemas"]["NewLine"]) =>
  answer(api.POST("/rooms/{room_id}/captions", { params: { path: { room_id } }, body: line }));

/** For the host: whether speech is written along. */
export const enableCaptions = (room_id: string, enabled: boolean) =>
  answer(
    api.PATCH("/rooms/{room_id}", { params: { path: { room_id } }, body: { captions: { enabled } } }),
  );
