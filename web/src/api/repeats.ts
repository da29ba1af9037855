/** Keys of requests of which nobody knows whether they happened: sent again, they happen once. */

/** Who asks for the same after that long (ms) may well want it once more. */
const FORGOTTEN = 120_000;

export class Repeats {
  readonly #open = new Map<string, { key: string; until: number }>();

  /** For a request that is sent now: the key of the same one before it, or a new one. */
  keyFor(request: string, now: number): string {
    const before = this.#open.get(request);
    this.#open.delete(request);
    return before && now < before.until ? before.key : crypto.randomUUID();
  }

  /** It got no answer. */
  keep(request: string, key: string, now: number): void {
    this.#open.set(request, { key, until: now + FORGOTTEN });
  }
}
