/** One room's captions: what the data channel brings, and what the API knows besides. */

import { signal } from "@preact/signals";
import { readAccount } from "../api/accounts";
import { readLines } from "../api/captions";
import type { RoomEvent } from "../events";
import type { CaptionLine, Person } from "../types";
import { firstSeq, fold, gap, type Happening, lastSeq, NOTHING_SAID } from "./transcript";

/** A line on its way may be overtaken by the next; only what stays away is asked for. */
const PATIENCE = 1_500;
const TRIES = 4;
/** Pages of 100 that are read at once to catch up after an absence. */
const PAGES = 20;

export class CaptionSource {
  readonly roomId: string;
  readonly transcript = signal(NOTHING_SAID);
  /** Whether older lines are being read, or could not be. */
  readonly reading = signal<"idle" | "busy" | "failed">("idle");
  /** Everyone whom we have met, since people are quoted when they are long gone. */
  readonly people = signal<ReadonlyMap<string, Person>>(new Map());
  #wanted = false;
  #healing = false;
  #closed = false;
  /** Up to here, holes were asked for in vain. */
  #settled = 0;
  readonly #asked = new Set<string>();

  constructor(roomId: string) {
    this.roomId = roomId;
  }

  /** Takes from a room's events what is about captions, or about those who may be quoted. */
  hear(event: RoomEvent): void {
    switch (event.type) {
      case "caption":
      case "caption.corrected":
        return this.take(event);
      case "room.state":
        this.meet([event.room.host, ...event.room.cohosts, ...event.stage, event.you]);
        return void this.#catchUp();
      case "member.joined":
      case "role.changed":
        return this.meet([event.member]);
    }
  }

  take(happening: Happening): void {
    this.transcript.value = fold(this.transcript.value, happening);
    if (happening.type === "page") this.#lookUp(happening.lines);
    if (happening.type === "caption" && happening.line.final) void this.#heal();
  }

  meet(people: readonly Person[]): void {
    const known = this.people.value;
    const news = people.filter((one) => known.get(one.account_id)?.name !== one.name);
    if (!news.length) return;
    this.people.value = new Map([...known, ...news.map((one) => [one.account_id, one] as const)]);
  }

  /** Those who were gone before we came have a name, too. */
  #lookUp(lines: readonly CaptionLine[]): void {
    for (const { account_id: id, handle } of lines.map((line) => line.speaker)) {
      if (!handle || this.people.value.has(id) || this.#asked.has(id)) continue;
      this.#asked.add(id);
      readAccount(handle).then(
        (account) => account.account_id === id && this.meet([account]),
        // Their handle stands for them.
        () => undefined,
      );
    }
  }

  /** From now on captions are looked at: reads what was said last. */
  open(): void {
    if (this.#wanted) return void this.#catchUp();
    this.#wanted = true;
    void this.readOlder().then(() => this.#heal());
  }

  close(): void {
    this.#closed = true;
  }

  /** Reads the page before the oldest known line, or the newest page. */
  async readOlder(): Promise<void> {
    const { lines, older } = this.transcript.value;
    if (this.reading.value === "busy" || older === false) return;
    this.reading.value = "busy";
    const before = firstSeq(lines);
    try {
      const { items, next } = await readLines(this.roomId, before === null ? {} : { before });
      this.take({ type: "page", lines: items, older: next !== null });
      this.reading.value = "idle";
    } catch {
      this.reading.value = "failed";
    }
  }

  /** After a new connection: reads what was said meanwhile. */
  async #catchUp(): Promise<void> {
    const { lines, older } = this.transcript.value;
    if (!this.#wanted || older === null) return;
    let after = lastSeq(lines);
    try {
      for (let page = 0; page < PAGES; page += 1) {
        const { items, next } = await readLines(this.roomId, { after });
        this.take({ type: "page", lines: items });
        if (next === null) return;
        after = Number(next);
      }
    } catch {
      // The next final line shows the hole, and it is asked for then.
    }
  }

  /** Reads what is missing between lines that came; a few times, since it may not be written yet. */
  async #heal(): Promise<void> {
    if (this.#healing || !this.#wanted) return;
    this.#healing = true;
    let tries = 0;
    while (!this.#closed && gap(this.transcript.value, this.#settled)) {
      await new Promise((resolve) => setTimeout(resolve, PATIENCE * 2 ** tries));
      const hole = gap(this.transcript.value, this.#settled);
      if (!hole) break;
      const found = await readLines(this.roomId, hole).catch(() => null);
      if (found?.items.length) {
        this.take({ type: "page", lines: found.items });
        tries = 0;
      } else if (++tries === TRIES) {
        this.#settled = hole.before;
        tries = 0;
      }
    }
    this.#healing = false;
  }
}
