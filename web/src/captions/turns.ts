/** Lines as people read them: turns of one speaker each, with what was searched for marked. */

import type { CaptionLine } from "../types";

/** A speaker is named again after a silence of this many milliseconds. */
const SILENCE = 20_000;

/** Whether a line begins a turn, coming after another. */
export function beginsTurn(line: CaptionLine, before: CaptionLine | undefined): boolean {
  return (
    !before ||
    before.speaker.account_id !== line.speaker.account_id ||
    line.starts_ms - before.ends_ms > SILENCE
  );
}

/** A text cut where the searched words are: every second part is a find. */
export function cut(text: string, query: string): string[] {
  const wanted = query.trim();
  if (!wanted) return [text];
  const pattern = wanted.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&").replace(/\s+/g, "\\s+");
  return text.split(new RegExp(`(${pattern})`, "iu"));
}

/** Whether the text has the searched words. */
export function matches(text: string, query: string): boolean {
  return cut(text, query).length > 1;
}

/** A time on the room's clock: `4:05`, `1:02:03`. */
export function clock(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const shown = parts[0] ? parts : parts.slice(1);
  return shown.map((part, index) => String(part).padStart(index ? 2 : 1, "0")).join(":");
}
