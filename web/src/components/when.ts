/** Times in words, in the reader's own zone and language. */

export function moment(rfc3339: string): string {
  return new Date(rfc3339).toLocaleString(undefined, {
    weekday: "short",
    month: "short",
    day: "numeric",
    hour: "numeric",
    minute: "2-digit",
  });
}

/** With the year, for what may be long ago. */
export function timestamp(rfc3339: string): string {
  return new Date(rfc3339).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
}

/** How long from `start` to `end`, as "1 h 5 min". */
export function duration(start: string, end: string): string {
  const minutes = Math.max(1, Math.round((Date.parse(end) - Date.parse(start)) / 60_000));
  const hours = Math.floor(minutes / 60);
  return hours > 0 ? `${hours} h ${minutes % 60} min` : `${minutes} min`;
}

/** With the zone's name, for what must not be missed. */
export function momentInZone(rfc3339: string): string {
  return new Date(rfc3339).toLocaleString(undefined, {
    weekday: "short",
    month: "short",
    day: "numeric",
    hour: "numeric",
    minute: "2-digit",
    timeZoneName: "short",
  });
}

/** The parts of a leaf of a calendar: "Dec", "4", "7:00 PM". */
export function monthName(rfc3339: string): string {
  return new Date(rfc3339).toLocaleDateString(undefined, { month: "short" });
}

export function dayOfMonth(rfc3339: string): string {
  return new Date(rfc3339).toLocaleDateString(undefined, { day: "numeric" });
}

export function clockTime(rfc3339: string): string {
  return new Date(rfc3339).toLocaleTimeString(undefined, { hour: "numeric", minute: "2-digit" });
}
