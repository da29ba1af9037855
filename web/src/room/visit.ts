/** One visit to a room, from joining to leaving; it keeps itself connected. */

import { effect, signal } from "@preact/signals";
import { serverNow } from "../api/clock";
import { ApiError } from "../api/problem";
import { changeRole, listMembers, lowerHand, mute } from "../api/rooms";
import { Turns } from "../api/turns";
import { token } from "../auth/session";
import { style } from "../captions/preferences";
import { CaptionSource } from "../captions/source";
import type { RoomEvent } from "../events";
import { backoff } from "../media/backoff";
import { Connection } from "../media/connection";
import { Playback } from "../media/playback";
import { Watch } from "../quality/watch";
import { type Joined, type MediaPass, onStage } from "../types";
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
/** How long a speaker is heard by those, too, who have not moved to another worker yet. */
const STRAGGLERS = 20_000;

export class Visit {
  readonly roomId: string;
  readonly standing = signal<Standing>({ kind: "joining" });
  readonly roster = signal<Roster | null>(null);
  readonly voice = new Voice((track) => {
    if (this.#latest?.track !== track) this.#want();
  });
  readonly playback = new Playback();
  readonly captions: CaptionSource;
  readonly quality = new Watch(() => this.#latest);
  readonly #over = new AbortController();
  #connection: Connection | null = null;
  /** The newest connection, whose word counts; it replaces `#connection` once it is connected. */
  #latest: Connection | null = null;
  /** The connection to a worker that has sent me on to another, and closes it when all have gone. */
  #sentOn: Connection | null = null;
  /** Of the connection that another has to follow. */
  #pass: MediaPass | null = null;
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
    window.addEventListener("pagehide", () => this.#latest?.leave(), { signal: until });
    // Back from the back-forward cache: the goodbye of pagehide has closed the connection.
    window.addEventListener("pageshow", (event) => event.persisted && this.#want(), {
      signal: until,
    });
    // Captions that are not shown need not be sent.
    const dispose = effect(() => {
      const { shown } = style.value;
      this.#latest?.want("captions", shown);
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
    if (guest) this.#latest?.leave();
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
        if (this.#connection?.healthy || Date.now() - began > STEADY) attempt = 0;
        else await this.#pause(backoff(attempt++, Math.random()));
      } catch (error) {
        if (this.#pass && error instanceof ApiError && error.status < 500) {
          this.#pass = null;
          continue;
        }
        const { standing, delay } = judge(error, attempt++, Date.now());
        if (delay === null) this.#finish(standing);
        else {
          // A change of connection that fails is not heard as long as the former one works.
          if (!this.#connection?.healthy) this.#show(standing);
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
    const next: Connection = new Connection(media, track, {
      received: (event) => this.#received(next, event),
      faltered: () => next === this.#latest && this.#show({ kind: "reconnecting" }),
      recovered: () => next === this.#latest && this.#show({ kind: "in" }),
      lost: () => {
        if (next !== this.#latest) return;
        this.#pass = next.media;
        this.#want();
      },
    });
    this.#latest = next;
    try {
      await next.open();
    } catch (error) {
      next.leave();
      this.#latest = this.#connection;
      throw error;
    }
    if (!this.live) return next.leave();
    this.#pass = null;
    const former = this.#connection;
    this.#connection = next;
    this.playback.play(next.stream);
    // No goodbye: the worker has put `next` in its place, and knows it no more.
    if (former?.track && former === this.#sentOn) setTimeout(() => former.close(), STRAGGLERS);
    else former?.close();
    expose(next);
    this.#settle();
  }

  /** The pass of the connection before opens the door as long as it lasts; else I join anew. */
  async #enter(): Promise<Pick<Joined, "media"> & { member: Own }> {
    const you = this.roster.value?.you;
    const pass = this.#pass;
    if (pass && you && serverNow() < Date.parse(pass.expires_at)) return { member: you, media: pass };
    this.#pass = null;
    return comeIn(this.roomId).catch((error: unknown) => {
      throw new JoinFailed(error);
    });
  }

  #received(from: Connection, event: RoomEvent): void {
    if (event.type === "ended") {
      // A connection that we replaced ourselves is told so, and has no say.
      if (event.reason !== "replaced" || from === this.#latest) {
        this.#finish({ kind: "over", reason: event.reason });
      }
    } else if (event.type === "token.renewed") {
      from.media = { ...from.media, token: event.token, expires_at: event.expires_at };
    } else if (from === this.#latest) {
      if (event.type === "moved") {
        this.#sentOn = from;
        this.#pass = from.media;
      }
      this.#apply(event);
    }
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
      this.#latest?.want("captions", style.peek().shown);
      this.quality.ask();
      void this.#readAudience();
    }
    this.#settle();
  }

  #settle(): void {
    const you = this.roster.value?.you;
    if (you && this.#connection) this.voice.settle(you, this.#connection.track);
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
    this.#connection?.close();
    this.#latest?.close();
    this.#sentOn?.close();
    this.voice.stop();
    this.playback.stop();
    this.captions.close();
    this.quality.close();
    expose(null);
    this.#wake();
  }

  /** A new connection is needed: the old one is lost, or of the wrong kind. */
  #want(): void {
    if (!this.#connection?.healthy) this.#show({ kind: "reconnecting" });
    this.#wanted = true;
    this.#wake();
  }

  /** The network or the person is back: no more waiting. */
  #revive(newNetwork: boolean): void {
    if (document.visibilityState === "hidden" && !newNetwork) return;
    if (newNetwork || !this.#connection?.healthy) void this.#connection?.restart();
    this.#wake();
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
