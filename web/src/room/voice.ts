/** My voice in a room: the microphone in line with my role and my mute, whatever changed them. */

import { Microphone } from "../media/microphone";
import { type Member, onStage, type Profile } from "../types";
import { toast } from "./toasts";

/** How long a first connection waits for the microphone; later it connects anew to add it. */
const PATIENCE = 1_500;

/** What of me decides over my voice. */
export type Own = Pick<Member, "role" | "muted">;

export class Voice {
  readonly microphone: Microphone;
  readonly #follow: (track: MediaStreamTrack | null) => void;
  /** I muted myself: whatever fails or reconnects, only I can undo that. */
  #hushed = false;
  /** Others brought me up: until I say so, nothing is even opened. */
  #waiting = false;
  #over = false;

  /** `follow` is told which track a connection should have from now on. */
  constructor(follow: (track: MediaStreamTrack | null) => void, microphone = new Microphone()) {
    this.#follow = follow;
    this.microphone = microphone;
    microphone.replaced = (track, unasked) => {
      follow(track);
      if (unasked)
        toast(`Your microphone is gone. ${track.label || "Another one"} takes its place.`);
    };
  }

  /** For a connection of somebody who stands so; null if there is none, or none yet. */
  async track(you: Own, profile: Profile): Promise<MediaStreamTrack | null> {
    this.microphone.profile = profile;
    this.#heed(you);
    const state = this.microphone.state.peek();
    const may = state === "off" || state === "asking" || state === "on";
    if (!onStage(you.role) || this.#waiting || this.#over || !may) return null;
    const late = new Promise<null>((resolve) => setTimeout(resolve, PATIENCE, null));
    return Promise.race([this.microphone.open(), late]);
  }

  /** Opens or stops the microphone as my role wants it; `sent` is what the connection has. */
  settle(you: Own, sent: MediaStreamTrack | null): void {
    this.#heed(you);
    const state = this.microphone.state.peek();
    if (onStage(you.role)) {
      const missing = !sent && (state === "off" || state === "asking");
      if (missing && !this.#waiting) void this.open();
      return;
    }
    this.#hushed = false;
    this.#waiting = false;
    if (state !== "off") this.microphone.stop();
    if (sent) this.#follow(null);
  }

  /** Asks for the microphone, be it again; whether there is one now. */
  async open(): Promise<boolean> {
    if (this.#over) return false;
    this.#waiting = false;
    const track = await this.microphone.open();
    if (track) this.#follow(track);
    return track !== null;
  }

  hush(muted: boolean): void {
    this.#hushed = muted;
  }

  /** Somebody else brought me up: silent, with the microphone as it is, until I unmute. */
  wait(): void {
    this.#hushed = true;
    this.#waiting = true;
  }

  /** For good: whatever is answered late opens nothing any more. */
  stop(): void {
    this.#over = true;
    this.microphone.stop();
  }

  #heed(you: Own): void {
    this.microphone.muted = you.muted || this.#hushed;
  }
}
