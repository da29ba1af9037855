/** The microphone: asked for once a person is on stage, and what to do when there is none. */

import { signal } from "@preact/signals";
import type { Profile } from "../types";
import { wanted } from "./stereo";

export type MicrophoneState =
  | "off"
  | "asking"
  | "on"
  /** The person or the browser said no. */
  | "refused"
  | "missing"
  /** There is one, but another program holds it. */
  | "busy";

export class Microphone {
  /** What it is for; heeded when it is opened. */
  profile: Profile = "voice";
  readonly state = signal<MicrophoneState>("off");
  readonly #muted = signal(true);
  #track: MediaStreamTrack | null = null;
  #asking: Promise<MediaStreamTrack | null> | null = null;

  /** The live track, asking for it if need be; null when there is none to be had. */
  open(): Promise<MediaStreamTrack | null> {
    if (this.#track) return Promise.resolve(this.#track);
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = null;
    });
    return this.#asking;
  }

  /** A muted track sends silence; the light of the microphone stays on. */
  get muted(): boolean {
    return this.#muted.value;
  }

  set muted(muted: boolean) {
    this.#muted.value = muted;
    if (this.#track) this.#track.enabled = !muted;
  }

  stop(): void {
    this.#track?.stop();
    this.#track = null;
    this.state.value = "off";
  }

  async #ask(): Promise<MediaStreamTrack | null> {
    this.state.value = "asking";
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: wanted(this.profile) });
      const [track] = stream.getAudioTracks();
      if (!track) throw new DOMException("no audio track", "NotFoundError");
      if (this.state.peek() !== "asking") {
        // Moved to the audience while the browser was asking.
        track.stop();
        return null;
      }
      track.enabled = !this.#muted.peek();
      track.onended = () => this.#fail("missing");
      this.#track = track;
      this.state.value = "on";
      return track;
    } catch (error) {
      if (this.state.peek() === "asking") this.#fail(reason(error));
      return null;
    }
  }

  #fail(state: MicrophoneState): void {
    this.#track = null;
    this.state.value = state;
  }
}

function reason(error: unknown): MicrophoneState {
  const name = error instanceof DOMException ? error.name : "";
  if (name === "NotFoundError" || name === "OverconstrainedError") return "missing";
  // TypeError: no mediaDevices, because the page was not served securely.
  return name === "NotReadableError" || name === "AbortError" ? "busy" : "refused";
}
