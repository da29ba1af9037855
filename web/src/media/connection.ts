/** One connection to a media worker: an RTCPeerConnection opened, restarted and left by WHIP. */

import { answered } from "../api/answered";
import { ApiError, Unreachable } from "../api/problem";
import { readEvents, type RoomEvent } from "../events";
import type { MediaPass } from "../types";
import { restartedAnswer, restartFragment } from "./fragment";
import { Hush, LOOK_EVERY, packetsReceived } from "./hush";
import { inStereo } from "./stereo";

const CONNECT_DEADLINE = 10_000;
const RESTART_DEADLINE = 6_000;
const RESTART_AGAIN = 500;

export interface ConnectionListener {
  received(event: RoomEvent): void;
  /** No sound just now; an ICE restart is under way. */
  faltered(): void;
  recovered(): void;
  /** Gone for good: a new connection is needed. */
  lost(): void;
}

/** Talks and hears with a `track`, only hears without one. */
export class Connection {
  track: MediaStreamTrack | null;
  readonly peer = new RTCPeerConnection({ bundlePolicy: "max-bundle" });
  readonly stream: MediaStream;
  media: MediaPass;
  readonly #listener: ConnectionListener;
  readonly #channel: RTCDataChannel;
  readonly #sender: RTCRtpSender;
  readonly #receiver: RTCRtpReceiver;
  #location: string | null = null;
  #opened = false;
  #closed = false;
  #restarting = 0;
  #looking = 0;

  constructor(media: MediaPass, track: MediaStreamTrack | null, listener: ConnectionListener) {
    this.media = media;
    this.track = track;
    this.#listener = listener;
    const { sender, receiver } = track
      ? this.peer.addTransceiver(track, {
          direction: "sendrecv",
          streams: [new MediaStream([track])],
        })
      : this.peer.addTransceiver("audio", { direction: "recvonly" });
    this.#sender = sender;
    this.#receiver = receiver;
    this.stream = new MediaStream([receiver.track]);
    const channel = (this.#channel = this.peer.createDataChannel("events", { ordered: true }));
    channel.onmessage = ({ data }) => {
      for (const event of readEvents(data)) if (!this.#closed) listener.received(event);
    };
    channel.onclose = () => this.#lose();
  }

  /** Captions are sent unless I say that I don't want them, `quality` only if I say that I do. */
  want(type: "captions" | "quality", wanted: boolean): void {
    if (this.#channel.readyState !== "open") return;
    this.#channel.send(JSON.stringify({ type, wanted }));
  }

  /** Talks with this track from now on; false if that takes another connection. */
  carry(track: MediaStreamTrack | null): boolean {
    if (track === this.track) return true;
    if (!track || !this.track) return false;
    this.track = track;
    this.#sender.replaceTrack(track).catch(() => this.#lose());
    return true;
  }

  /** Sends the offer at once, ungathered, and waits until sound can flow. */
  async open(): Promise<void> {
    await this.#makeOffer();
    const response = await this.#send("POST", this.media.url, "application/sdp", this.#offer);
    const location = response.headers.get("Location");
    this.#location = location && new URL(location, new URL(this.media.url, document.baseURI)).href;
    await this.peer.setRemoteDescription({ type: "answer", sdp: await response.text() });
    await this.#connected();
    this.#opened = true;
    this.peer.onconnectionstatechange = () => this.#watch();
    this.#watch();
    const hush = new Hush(await packetsReceived(this.#receiver), Date.now());
    if (!this.#closed) this.#looking = window.setInterval(() => void this.#look(hush), LOOK_EVERY);
  }

  get healthy(): boolean {
    return this.#opened && !this.#closed && this.peer.connectionState === "connected";
  }

  /** New ICE credentials on the same DTLS association, as after a change of network. */
  async restart(): Promise<void> {
    if (!this.#opened || this.#closed || this.#restarting) return;
    this.#listener.faltered();
    this.#restarting = window.setTimeout(() => this.#lose(), RESTART_DEADLINE);
    while (this.#restarting && !this.#closed) {
      try {
        return await this.#renew();
      } catch (error) {
        // Who refuses a restart knows me no more. If nobody can say, the network may come back.
        if (!(error instanceof Unreachable || (error instanceof ApiError && error.status >= 500)))
          return this.#lose();
      }
      await new Promise((resolve) => setTimeout(resolve, RESTART_AGAIN));
    }
  }

  /** Says goodbye at the media door, in a request that outlives the page. */
  leave(): void {
    if (this.#location && !this.#closed) {
      const headers = { Authorization: `Bearer ${this.media.token}` };
      const goodbye = { method: "DELETE", headers, keepalive: true };
      // The worker notices a silent peer by itself; this only makes it quicker.
      fetch(this.#location, goodbye).catch(() => undefined);
    }
    this.close();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#restarting);
    clearInterval(this.#looking);
    this.peer.close();
  }

  async #makeOffer(options?: RTCOfferOptions): Promise<void> {
    const offer = await this.peer.createOffer(options);
    if (this.media.profile === "music" && offer.sdp) offer.sdp = inStereo(offer.sdp);
    await this.peer.setLocalDescription(offer);
  }

  get #offer(): string {
    return this.peer.localDescription?.sdp ?? "";
  }

  #connected(): Promise<void> {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Unreachable("no media")), CONNECT_DEADLINE);
      const look = () => {
        const state = this.peer.connectionState;
        if (state === "connected") resolve();
        else if (state === "failed" || state === "closed") reject(new Unreachable("no media"));
        else return;
        clearTimeout(late);
      };
      this.peer.onconnectionstatechange = look;
      look();
    });
  }

  #watch(): void {
    if (this.#closed) return;
    const state = this.peer.connectionState;
    if (state === "connected") {
      if (!this.#restarting) this.#listener.recovered();
    } else if (state === "disconnected") void this.restart();
    else if (state === "failed") this.#restarting ? this.#lose() : void this.restart();
    else if (state === "closed") this.#lose();
  }

  /** The browser takes seconds to see that nothing comes any more, and does not see who sends. */
  async #look(hush: Hush): Promise<void> {
    const told = hush.look(await packetsReceived(this.#receiver), Date.now());
    if (this.#closed) return;
    if (told === "gone") void this.restart();
    else if (told === "heard" && this.#restarting && this.peer.signalingState === "stable") {
      clearTimeout(this.#restarting);
      this.#restarting = 0;
      this.#watch();
    }
  }

  async #renew(): Promise<void> {
    const answer = this.peer.remoteDescription?.sdp;
    if (!this.#location || !answer) throw new Error("There is nothing to restart.");
    await this.#makeOffer({ iceRestart: true });
    try {
      const fragment = restartFragment(this.#offer);
      const type = "application/trickle-ice-sdpfrag";
      const response = await this.#send("PATCH", this.#location, type, fragment);
      const sdp = restartedAnswer(answer, await response.text());
      await this.peer.setRemoteDescription({ type: "answer", sdp });
    } catch (error) {
      if (!this.#closed) await this.peer.setLocalDescription({ type: "rollback" });
      throw error;
    }
  }

  #lose(): void {
    if (this.#closed) return;
    this.close();
    if (this.#opened) this.#listener.lost();
  }

  async #send(method: string, url: string, type: string, body: string): Promise<Response> {
    const headers: Record<string, string> = {
      Accept: type,
      Authorization: `Bearer ${this.media.token}`,
      "Content-Type": type,
    };
    // RFC 9725: a restart takes the session as it is, whatever its entity tag.
    if (method === "PATCH") headers["If-Match"] = "*";
    const request = new Request(url, { method, headers, body, cache: "no-store" });
    const response = await answered(request, CONNECT_DEADLINE);
    if (!response.ok) throw await ApiError.from(response);
    return response;
  }
}
