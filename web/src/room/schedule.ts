/** When a room is to start, as its host types it: local time, in the host's own zone. Pure. */

/** A room may be scheduled so far ahead, as the API has it. */
const FARTHEST_DAYS = 30;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** What the API takes: the clock's time, and the IANA zone in which it is meant. */
export interface LocalStart {
  starts_local: string;
  zone: string;
}

/** As an <input type="datetime-local"> has it: "2026-12-01T19:00". */
export function asTyped(date: Date): string {
  const two = (number: number) => String(number).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** What was typed, as a moment; null if it is none. */
export function fromTyped(typed: string): Date | null {
  const date = new Date(typed);
  return typed === "" || Number.isNaN(date.getTime()) ? null : date;
}

/** A start to begin with: the first full hour that leaves an hour to tell people. */
export function suggestion(now: Date): string {
  return asTyped(new Date(Math.ceil((now.getTime() + HOUR) / HOUR) * HOUR));
}

/** The first and the last start that there can be. */
export function bounds(now: Date): { min: string; max: string } {
  const last = new Date(now.getTime() + FARTHEST_DAYS * DAY);
  return { min: asTyped(now), max: asTyped(last) };
}

/** Why no room can start then; null if one can. */
export function startProblem(typed: string, now: Date): string | null {
  const start = fromTyped(typed);
  if (!start) return "Choose a day and a time.";
  if (start <= now) return "That is in the past.";
  if (start.getTime() > now.getTime() + FARTHEST_DAYS * DAY) {
    return `At most ${FARTHEST_DAYS} days ahead, please.`;
  }
  return null;
}

/** This device's zone, for the API. */
export function zone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** The zone as people know it, then: "Europe/Berlin, GMT+1". */
export function zoneInWords(at: Date, name = zone()): string {
  const parts = new Intl.DateTimeFormat("en", {
    timeZone: name,
    timeZoneName: "shortOffset",
  }).formatToParts(at);
  const offset = parts.find((part) => part.type === "timeZoneName")?.value;
  const known = name.replaceAll("_", " ");
  return offset && offset !== name ? `${known}, ${offset}` : known;
}

/**
 * What a clock where the host is shows at that moment, if it is another than the reader's:
 * "Tue, 1:00 PM (America/New York, GMT-5)".
 */
export function hostsClock(startsAt: string, theirs: string | null, mine = zone()): string | null {
  const at = new Date(startsAt);
  if (theirs === null) return null;
  try {
    if (face(at, theirs, "en") === face(at, mine, "en")) return null;
    return `${face(at, theirs)} (${zoneInWords(at, theirs)})`;
  } catch {
    // A zone that this device has not heard of yet.
    return null;
  }
}

function face(at: Date, timeZone: string, language?: string): string {
  return at.toLocaleString(language, {
    timeZone,
    weekday: "short",
    hour: "numeric",
    minute: "2-digit",
  });
}
