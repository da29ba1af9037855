/** Calls about a room's captions. */

import type { CaptionLine, Page, Room } from "../types";
import { call, readFile } from "./http";

const at = (roomId: string) => `/rooms/${encodeURIComponent(roomId)}`;

export const FORMATS = [
  ["txt", "Text"],
  ["vtt", "WebVTT"],
  ["srt", "SubRip"],
] as const;

export type Format = (typeof FORMATS)[number][0];

/** Up to 100 lines in the order of seq: the newest, or those around the given seqs. */
export const readLines = (roomId: string, around: { after?: number; before?: number } = {}) => {
  const query = new URLSearchParams({ limit: "100" });
  if (around.after !== undefined) query.set("after_seq", String(around.after));
  if (around.before !== undefined) query.set("before_seq", String(around.before));
  return call<Page<CaptionLine>>("GET", `${at(roomId)}/captions?${query}`);
};

export const correctLine = (roomId: string, line: CaptionLine, text: string) =>
  call<CaptionLine>("PATCH", `${at(roomId)}/captions/${encodeURIComponent(line.line_id)}`, {
    body: { text, revision: line.revision },
  });

export const readTranscript = (roomId: string, format: Format) =>
  readFile(`${at(roomId)}/captions.${format}`);

/** For the host: whether speech is written along. */
export const enableCaptions = (roomId: string, enabled: boolean) =>
  call<Room>("PATCH", at(roomId), { body: { captions: { enabled } } });
