/** Measures while somebody looks: my connection every two seconds, the room as the worker tells. */

import { signal } from "@preact/signals";
import type { Connection } from "../media/connection";
import type { RoomQuality } from "../types";
import { figures, readSample, type Sample, withSample } from "./figures";

const EVERY = 2_000;

export class Watch {
  readonly samples = signal<readonly Sample[]>([]);
  readonly room = signal<RoomQuality | null>(null);
  readonly #connection: () => Connection | null;
  #timer = 0;

  constructor(connection: () => Connection | null) {
    this.#connection = connection;
  }

  get mine() {
    return figures(this.samples.value);
  }

  open(): void {
    this.close();
    this.#timer = window.setInterval(() => void this.#measure(), EVERY);
    this.ask();
    void this.#measure();
  }

  close(): void {
    if (this.#timer) this.#connection()?.want("quality", false);
    clearInterval(this.#timer);
    this.#timer = 0;
    this.samples.value = [];
    this.room.value = null;
  }

  /** To be told about the room; anew on each new connection. */
  ask(): void {
    if (this.#timer) this.#connection()?.want("quality", true);
  }

  async #measure(): Promise<void> {
    const stats = await this.#connection()?.peer.getStats();
    const sample = stats && readSample([...stats.values()]);
    if (sample && this.#timer) this.samples.value = withSample(this.samples.value, sample);
  }
}
