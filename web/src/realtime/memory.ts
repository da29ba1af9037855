/** What news this tab has heard, so that it asks for the rest and shows nothing twice. Pure. */

import { type News, outlastsRoom } from "./messages";

export interface Memory {
  /** When this tab was opened: of what was before, the pages tell. */
  since: string;
  /** The newest event that was heard. */
  after: string | null;
  /** Events heard, the newest last. */
  heard: readonly string[];
}

/** More than the server ever repeats at once. */
const REMEMBERED = 300;
const CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** The memory of a tab that is opened at that time. */
export function blank(since: string): Memory {
  return { since, after: null, heard: [] };
}

/** What of these events is news, and the memory that knows them. `missed`: they were asked for. */
export function take(
  memory: Memory,
  events: readonly News[],
  missed: boolean,
): { fresh: News[]; memory: Memory } {
  const known = new Set(memory.heard);
  // An end that was heard sooner than what was missed before it is among that, too.
  const ends = events.filter(({ type }) => type === "room.ended");
  const over = new Set(ends.map(({ room }) => room.room_id));
  const fresh: News[] = [];
  let { after } = memory;
  for (const event of events) {
    if (known.has(event.event_id)) continue;
    known.add(event.event_id);
    if (after === null || event.event_id > after) after = event.event_id;
    if (over.has(event.room.room_id) && !ends.includes(event) && !outlastsRoom(event)) continue;
    // The server goes back further than asked, to be sure.
    if (!missed || Date.parse(event.at) >= Date.parse(memory.since)) fresh.push(event);
  }
  return { fresh, memory: { ...memory, after, heard: [...known].slice(-REMEMBERED) } };
}

/** After which event to ask for what was missed. */
export function resumePoint({ after, since }: Memory): string {
  const start = ulidOf(Date.parse(since));
  return after !== null && after > start ? after : start;
}

/** What was kept as text; null if it makes no sense. */
export function readMemory(text: string | null): Memory | null {
  try {
    const found = JSON.parse(text ?? "null") as Partial<Memory> | null;
    const { since, after = null, heard } = found ?? {};
    if (!since || Number.isNaN(Date.parse(since)) || !Array.isArray(heard)) return null;
    return { since, after, heard };
  } catch {
    return null;
  }
}

/** The first ULID of that millisecond. */
function ulidOf(milliseconds: number): string {
  let time = milliseconds;
  let text = "";
  for (let place = 0; place < 10; place += 1) {
    text = (CROCKFORD[time % 32] ?? "") + text;
    time = Math.floor(time / 32);
  }
  return text.padEnd(26, "0");
}
