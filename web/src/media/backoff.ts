/** How long to wait before the next try: doubling, bounded, and spread so that crowds thin out. */

const FIRST = 500;
const LONGEST = 15_000;

/** Milliseconds before try number `attempt` (from 0); `chance` is in [0, 1). */
export function backoff(attempt: number, chance: number): number {
  const full = Math.min(LONGEST, FIRST * 2 ** Math.min(attempt, 10));
  return full * (0.5 + chance / 2);
}
