/** The connections of one visit: one is heard, the newest has the say, and one may have sent me on. */

import { serverNow } from "../api/clock";
import type { RoomEvent } from "../events";
import type { MediaPass } from "../types";
import { Connection, type ConnectionListener } from "./connection";

/** How long a speaker is heard by those, too, who have not moved to another worker yet. */
const STRAGGLERS = 20_000;

export class Connections {
  readonly #listener: ConnectionListener;
  #heard: Connection | null = null;
  /** Its word counts; it replaces `#heard` once it is connected. */
  #latest: Connection | null = null;
  /** To a worker that has sent me on to another, and closes it when all have gone. */
  #sentOn: Connection | null = null;
  /** Of the connection that another has to follow. */
  #pass: MediaPass | null = null;
  #closed = false;

  constructor(listener: ConnectionListener) {
    this.#listener = listener;
  }

  get latest(): Connection | null {
    return this.#latest;
  }

  get heard(): Connection | null {
    return this.#heard;
  }

  /** Opens the media door once more without joining anew, as long as it lasts. */
  get pass(): MediaPass | null {
    const pass = this.#pass;
    return pass && serverNow() < Date.parse(pass.expires_at) ? pass : null;
  }

  forgetPass(): void {
    this.#pass = null;
  }

  /** A connection in place of the last, which goes on if this one fails. */
  async open(media: MediaPass, track: MediaStreamTrack | null): Promise<void> {
    const next: Connection = new Connection(media, track, {
      received: (event) => this.#received(next, event),
      faltered: () => next === this.#latest && this.#listener.faltered(),
      recovered: () => next === this.#latest && this.#listener.recovered(),
      lost: () => {
        if (next !== this.#latest) return;
        this.#pass = next.media;
        this.#listener.lost();
      },
    });
    this.#latest = next;
    try {
      await next.open();
    } catch (error) {
      next.leave();
      this.#latest = this.#heard;
      throw error;
    }
    if (this.#closed) return next.leave();
    this.#pass = null;
    const former = this.#heard;
    this.#heard = next;
    // No goodbye: the worker has put `next` in its place, and knows it no more.
    if (former?.track && former === this.#sentOn) setTimeout(() => former.close(), STRAGGLERS);
    else former?.close();
  }

  /** Talks with this track from now on; false if that takes another connection. */
  carry(track: MediaStreamTrack | null): boolean {
    this.#sentOn?.carry(track);
    this.#heard?.carry(track);
    return this.#latest?.carry(track) ?? false;
  }

  close(): void {
    this.#closed = true;
    this.#heard?.close();
    this.#latest?.close();
    this.#sentOn?.close();
  }

  #received(from: Connection, event: RoomEvent): void {
    if (event.type === "token.renewed") {
      from.media = { ...from.media, token: event.token, expires_at: event.expires_at };
      return;
    }
    const counts = from === this.#latest;
    // A connection that we replaced ourselves is told so, and has no say; that it is over, it has.
    if (!counts && !(event.type === "ended" && event.reason !== "replaced")) return;
    if (event.type === "moved") {
      this.#sentOn = from;
      this.#pass = from.media;
    }
    this.#listener.received(event);
  }
}
