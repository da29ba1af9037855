/** The microphone: asked for once a person is on stage, and what to do when there is none. */

import { signal } from "@preact/signals";
import type { Profile } from "../types";
import { DEFAULT, type Device, microphonesAmong } from "./devices";
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

const KEY = "stoa.microphone";

type Devices = Pick<
  MediaDevices,
  "getUserMedia" | "enumerateDevices" | "addEventListener" | "removeEventListener"
>;
type Shelf = Pick<Storage, "getItem" | "setItem" | "removeItem">;

export class Microphone {
  /** What it is for; heeded when it is opened. */
  profile: Profile = "voice";
  readonly state = signal<MicrophoneState>("off");
  readonly track = signal<MediaStreamTrack | null>(null);
  /** Those that there are, while one is open; and the id of that one. */
  readonly devices = signal<readonly Device[]>([]);
  readonly device = signal(DEFAULT);
  /** Another track takes the place of the last; `unasked`: whose device is gone. */
  replaced: (track: MediaStreamTrack, unasked: boolean) => void = () => undefined;
  readonly #muted = signal(true);
  readonly #media: Devices | undefined;
  readonly #shelf: Shelf;
  #asking: Promise<MediaStreamTrack | null> | null = null;
  #choosing = 0;
  /** Whatever is answered to an earlier turn is stopped. */
  #turn = 0;

  constructor(media: Devices | undefined = navigator.mediaDevices, shelf: Shelf = localStorage) {
    this.#media = media;
    this.#shelf = shelf;
  }

  /** The live track, asking for it if need be; null when there is none to be had. */
  open(): Promise<MediaStreamTrack | null> {
    const track = this.track.peek();
    if (track) return Promise.resolve(track);
    return this.#asking ?? this.#begin(this.#shelf.getItem(KEY) ?? DEFAULT);
  }

  /** Another one from now on, and on this device from then on; false if it can't be had. */
  async choose(id: string): Promise<boolean> {
    await this.#asking;
    const former = this.track.peek();
    if (!former) return false;
    const turn = ++this.#turn;
    this.#choosing += 1;
    try {
      const track = await this.#take(id);
      if (turn !== this.#turn) {
        track.stop();
        return true;
      }
      if (id === DEFAULT) this.#shelf.removeItem(KEY);
      else this.#shelf.setItem(KEY, id);
      this.#use(track, id);
      this.replaced(track, false);
      former.onended = null;
      former.stop();
      return true;
    } catch {
      return false;
    } finally {
      this.#choosing -= 1;
      if (former.readyState === "ended") this.#lose(former);
    }
  }

  /** A muted track sends silence; the light of the microphone stays on. */
  get muted(): boolean {
    return this.#muted.value;
  }

  set muted(muted: boolean) {
    this.#muted.value = muted;
    const track = this.track.peek();
    if (track) track.enabled = !muted;
  }

  stop(): void {
    this.#turn += 1;
    this.#asking = null;
    this.track.peek()?.stop();
    this.#end("off");
  }

  #begin(id: string): Promise<MediaStreamTrack | null> {
    const asking = this.#ask(id).finally(() => {
      if (this.#asking === asking) this.#asking = null;
    });
    this.#asking = asking;
    return asking;
  }

  async #ask(id: string): Promise<MediaStreamTrack | null> {
    this.state.value = "asking";
    const turn = ++this.#turn;
    try {
      const track = await this.#take(id).catch((error: unknown) => {
        if (id === DEFAULT || reason(error) !== "missing") throw error;
        return this.#take(DEFAULT);
      });
      if (turn !== this.#turn) {
        // Moved to the audience while the browser was asking.
        track.stop();
        return null;
      }
      this.#use(track, id);
      return track;
    } catch (error) {
      if (turn === this.#turn) this.#end(reason(error));
      return null;
    }
  }

  async #take(id: string): Promise<MediaStreamTrack> {
    if (!this.#media) throw new TypeError("the page was not served securely");
    // Asked for what is ideal, Chromium gives its default all the same.
    const device = id !== DEFAULT && { deviceId: { exact: id } };
    const audio = { ...wanted(this.profile), ...device };
    const [track] = (await this.#media.getUserMedia({ audio })).getAudioTracks();
    if (!track) throw new DOMException("no audio track", "NotFoundError");
    return track;
  }

  #use(track: MediaStreamTrack, id: string): void {
    track.enabled = !this.#muted.peek();
    track.onended = () => this.#lose(track);
    this.track.value = track;
    this.device.value = track.getSettings().deviceId === id ? id : DEFAULT;
    this.state.value = "on";
    this.#media?.addEventListener("devicechange", this.#look);
    void this.#look();
  }

  /** Its device was pulled out: the system's choice takes its place, if there is one. */
  #lose(track: MediaStreamTrack): void {
    // While another is being opened, that may be why this one ended.
    if (track !== this.track.peek() || this.#choosing > 0) return;
    track.onended = null;
    track.stop();
    this.track.value = null;
    void this.#begin(DEFAULT).then((next) => next && this.replaced(next, true));
  }

  #look = async (): Promise<void> => {
    const found = microphonesAmong((await this.#media?.enumerateDevices()) ?? []);
    const track = this.track.peek();
    if (!track) return;
    this.devices.value = found;
    const used = this.device.peek();
    if (used !== DEFAULT && !found.some(({ id }) => id === used)) this.#lose(track);
  };

  #end(state: MicrophoneState): void {
    this.#media?.removeEventListener("devicechange", this.#look);
    this.track.value = null;
    this.state.value = state;
  }
}

function reason(error: unknown): MicrophoneState {
  const name = error instanceof DOMException ? error.name : "";
  if (name === "NotFoundError" || name === "OverconstrainedError") return "missing";
  // TypeError: no mediaDevices, because the page was not served securely.
  return name === "NotReadableError" || name === "AbortError" ? "busy" : "refused";
}
