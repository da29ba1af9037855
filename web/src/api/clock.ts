/** The server's time, for what ends when the server says so: a device's clock may be wrong. */

/** What the network and the whole seconds of a Date header may cost. */
const TOLERANCE = 5_000;

let ahead = 0;

/** An answer with this Date header (RFC 9110) came at `now`, in milliseconds. */
export function heard(date: string | null, now: number): void {
  const said = Date.parse(date ?? "");
  if (Number.isNaN(said)) return;
  ahead = Math.abs(said - now) > TOLERANCE ? said - now : 0;
}

/** Milliseconds since the epoch, as the server counts them. */
export function serverNow(now = Date.now()): number {
  return now + ahead;
}
