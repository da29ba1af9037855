/** Rooms to come, day by day as the reader's calendar has them. Pure. */

import type { Room } from "../types";

export interface Day {
  /** "Today", "Tomorrow", "Friday, December 4". */
  name: string;
  rooms: Room[];
}

/** The rooms in the order in which they come, with a new day wherever it changes. */
export function byDay(rooms: readonly Room[], now: Date): Day[] {
  const days: Day[] = [];
  for (const room of rooms) {
    const name = nameOfDay(room.starts_at, now);
    const last = days.at(-1);
    if (last?.name === name) last.rooms.push(room);
    else days.push({ name, rooms: [room] });
  }
  return days;
}

function nameOfDay(start: string | null, now: Date): string {
  if (!start) return "Some day";
  const at = new Date(start);
  const ahead = Math.round((midnight(at) - midnight(now)) / 86_400_000);
  if (ahead === 0) return "Today";
  if (ahead === 1) return "Tomorrow";
  return at.toLocaleDateString(undefined, { weekday: "long", month: "long", day: "numeric" });
}

/** Rounding takes care of days that are an hour longer or shorter. */
function midnight(date: Date): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}
