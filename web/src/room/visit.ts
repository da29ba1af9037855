/** One visit to a room, from joining to leaving; it keeps itself connected. */

import { effect, signal } from "@preact/signals";
import { ApiError } from "../api/problem";
import { changeRole, listMembers, lowerHand, mute } from "../api/rooms";
import { Turns } from "../api/turns";
import { token } from "../auth/session";
import { style } from "../captions/preferences";
import { CaptionSource } from "../captions/source";
import type { RoomEvent } from "../events";
import { backoff } from "../media/backoff";
import { Connections } from "../media/connections";
import { Playback } from "../media/playback";
import { Watch } from "../quality/watch";
import { type Joined, onStage } from "../types";
import { expose } from "./exposed";
import { JoinFailed, judge } from "./failure";
import { news } from "./news";
import { launch } from "./reactions";
import { fold, isBroughtUp, roleAfter, type Roster, withAudience } from "./roster";
import type { Standing } from "./standing";
import { comeIn, goOut } from "./threshold";
import { toast } from "./toasts";
import { type Own, Voice } from "./voice";

/** A connection lost sooner than this counts as one more failed try. */
const STEADY = 5_000;

export class Visit {
  readonly roomId: string;
  readonly standing = signal<Standing>({ kind: "joining" });
  readonly roster = signal<Roster | null>(null);
  readonly voice = new Voice((track) => {
    if (!this.#connections.carry(track)) this.#want();
  });
  readonly playback = new Playback();
  readonly captions: CaptionSource;
  readonly quality = new Watch(() => this.#connections.latest);
  readonly #over = new AbortController();
  readonly #connections = new Connections({
    received: (event) => this.#received(event),
    faltered: () => this.#show({ kind: "reconnecting" }),
    recovered: () => this.#show({ kind: "in" }),
    lost: () => this.#want(),
  });
  #wanted = false;
  /** Who is muted as he comes up may unmute before that has been answered. */
  readonly #mutes = new Turns();
  /** I am on my way to the stage by my own will. */
  #rising = false;
  #wake: () => void = () => undefined;

  constructor(roomId: string) {
    this.roomId = roomId;
    this.captions = new CaptionSource(roomId);
    const { signal: until } = this.#over;
    window.addEventListener("online", () => this.#revive(true), { signal: until });
    document.addEventListener("visibilitychange", () => this.#revive(false), { signal: until });
    window.addEventListener("pagehide", () => this.#connections.latest?.leave(), {
      signal: until,
    });
    // Back from the back-forward cache: the goodbye of pagehide has closed the connection.
    window.addEventListener("pageshow", (event) => event.persisted && this.#want(), {
      signal: until,
    });
    // Captions that are not shown need not be sent.
    const dispose = effect(() => {
      const { shown } = style.value;
      this.#connections.latest?.want("captions", shown);
    });
    until.addEventListener("abort", dispose);
    void this.#run();
  }

  get live(): boolean {
    return !this.#over.signal.aborted;
  }

  leave(): void {
    // Once it is over there is nothing to leave, but maybe the same account's other device.
    if (!this.live) return;
    // A guest, who may have signed in by now, can only say goodbye at the media door.
    const guest = !token.value || this.roster.value?.you.handle === null;
    if (guest) this.#connections.latest?.leave();
    else goOut(this.roomId).catch(() => undefined);
    this.#finish({ kind: "over", reason: "left" });
  }

  /** Mutes at once and then tells the room; unmutes once that says so. Raises its refusal. */
  async setMuted(muted: boolean): Promise<void> {
    const you = this.roster.value?.you;
    if (!you) return;
    this.voice.hush(muted);
    this.#settle();
    await this.#mutes.take(() => mute(this.roomId, you.account_id, muted));
  }

  /** Goes on stage where the room lets me. Raises its refusal. */
  async takeStage(): Promise<void> {
    this.#rising = true;
    await this.#become("speaker").catch((error: unknown) => {
      this.#rising = false;
      throw error;
    });
  }

  /** Goes back to the audience, silent at once. Raises its refusal. */
  async leaveStage(): Promise<void> {
    this.voice.hush(true);
    this.#settle();
    await this.#become("listener");
  }

  /** Down at once: who is brought up from now on has not asked for it. Raises its refusal. */
  async lowerHand(): Promise<void> {
    const you = this.roster.value?.you;
    if (you) this.#apply({ type: "hand.lowered", account_id: you.account_id });
    await lowerHand(this.roomId);
  }

  async #become(role: "speaker" | "listener"): Promise<void> {
    const you = this.roster.value?.you;
    if (you) await changeRole(this.roomId, you.account_id, role);
  }

  /** Tries again now instead of when it is due. */
  hurry(): void {
    this.#wake();
  }

  async #run(): Promise<void> {
    let attempt = 0;
    while (this.live) {
      const began = Date.now();
      try {
        await this.#connect();
        await this.#until(() => this.#wanted);
        if (this.#healthy || Date.now() - began > STEADY) attempt = 0;
        else await this.#pause(backoff(attempt++, Math.random()));
      } catch (error) {
        if (this.#connections.pass && error instanceof ApiError && error.status < 500) {
          this.#connections.forgetPass();
          continue;
        }
        const { standing, delay } = judge(error, attempt++, Date.now());
        if (delay === null) this.#finish(standing);
        else {
          // A change of connection that fails is not heard as long as the former one works.
          if (!this.#healthy) this.#show(standing);
          await this.#pause(delay);
        }
      }
    }
  }

  async #connect(): Promise<void> {
    this.#wanted = false;
    const { member, media } = await this.#enter();
    const known = this.roster.value;
    if (known && isBroughtUp(known, member.role) && !this.#rising) this.voice.wait();
    const track = await this.voice.track(member, media.profile);
    if (!this.live) return;
    await this.#connections.open(media, track);
    if (!this.live) return;
    const { heard } = this.#connections;
    if (heard) this.playback.play(heard.stream);
    expose(heard);
    this.#settle();
  }

  /** The pass of the connection before opens the door as long as it lasts; else I join anew. */
  async #enter(): Promise<Pick<Joined, "media"> & { member: Own }> {
    const you = this.roster.value?.you;
    const { pass } = this.#connections;
    if (pass && you) return { member: you, media: pass };
    this.#connections.forgetPass();
    return comeIn(this.roomId).catch((error: unknown) => {
      throw new JoinFailed(error);
    });
  }

  #received(event: RoomEvent): void {
    if (event.type === "ended") this.#finish({ kind: "over", reason: event.reason });
    else this.#apply(event);
  }

  #apply(event: RoomEvent): void {
    this.captions.hear(event);
    const before = this.roster.value;
    const words = before && news(before, event);
    const role = before && roleAfter(before, event);
    const unasked = before && role && isBroughtUp(before, role) && !this.#rising;
    if (words) toast(unasked ? `${words} Unmute when you want to speak.` : words);
    this.roster.value = fold(before, event);
    if (role && onStage(role)) this.#rising = false;
    if (unasked) {
      this.voice.wait();
      this.setMuted(true).catch(() => undefined);
    }
    if (event.type === "moved") this.#want();
    else if (event.type === "quality") this.quality.room.value = event;
    else if (event.type === "reaction") launch(event.account_id, event.emoji);
    else if (event.type === "room.state") {
      this.#connections.latest?.want("captions", style.peek().shown);
      this.quality.ask();
      void this.#readAudience();
    }
    this.#settle();
  }

  #settle(): void {
    const you = this.roster.value?.you;
    const { heard } = this.#connections;
    if (you && heard) this.voice.settle(you, heard.track);
  }

  async #readAudience(): Promise<void> {
    try {
      const { items } = await listMembers(this.roomId, "listener");
      if (this.roster.value) this.roster.value = withAudience(this.roster.value, items);
    } catch {
      // Faces are missing then; the counts and everyone who joins from now on are there.
    }
  }

  #show(standing: Standing): void {
    if (this.live) this.standing.value = standing;
  }

  #finish(standing: Standing): void {
    if (!this.live) return;
    this.standing.value = standing;
    this.#over.abort();
    this.#connections.close();
    this.voice.stop();
    this.playback.stop();
    this.captions.close();
    this.quality.close();
    expose(null);
    this.#wake();
  }

  /** A new connection is needed: the old one is lost, or of the wrong kind. */
  #want(): void {
    if (!this.#healthy) this.#show({ kind: "reconnecting" });
    this.#wanted = true;
    this.#wake();
  }

  /** The network or the person is back: no more waiting. */
  #revive(newNetwork: boolean): void {
    if (document.visibilityState === "hidden" && !newNetwork) return;
    if (newNetwork || !this.#healthy) void this.#connections.heard?.restart();
    this.#wake();
  }

  get #healthy(): boolean {
    return this.#connections.heard?.healthy ?? false;
  }

  async #until(done: () => boolean): Promise<void> {
    while (this.live && !done()) await new Promise<void>((resolve) => (this.#wake = resolve));
  }

  async #pause(milliseconds: number): Promise<void> {
    if (!this.live) return;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      setTimeout(resolve, milliseconds);
    });
  }
}
