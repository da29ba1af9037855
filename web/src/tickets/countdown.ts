/** The time that is left of a hold, for the eye and for the ear. */

const MINUTE = 60_000;
/** Minutes at which a screen reader is told; every second would be noise. */
const TOLD_AT = [10, 5, 2, 1];

export function left(until: string, now: number): number {
  return Math.max(0, Date.parse(until) - now);
}

/** As on a clock: "14:05"; the last moment shows "0:00" only once it is over. */
export function clockFace(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** What is said aloud; it stays the same until there is something new to say. */
export function aloud(milliseconds: number): string {
  const minutes = TOLD_AT.findLast((mark) => milliseconds <= mark * MINUTE);
  if (minutes === undefined || milliseconds === 0) return "";
  return minutes === 1 ? "Less than a minute left." : `Less than ${minutes} minutes left.`;
}
