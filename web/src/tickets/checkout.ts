/** One account buying tickets for one room: sends what has to be sent, and looks until it is settled. */

import { computed, type ReadonlySignal, signal } from "@preact/signals";
import { serverNow } from "../api/clock";
import { ApiError } from "../api/problem";
import type { Attempts } from "./attempt";
import { left } from "./countdown";
import { type Buying, CHOOSING, type Happening, next, underWay } from "./purchase";
import { NOT_CONFIRMED, refusal } from "./refusal";
import type { Hold, WantedHold } from "./types";

/** The API, as far as buying goes. */
export interface Till {
  place(wanted: WantedHold, key: string): Promise<Hold>;
  read(holdId: string): Promise<Hold>;
  release(holdId: string): Promise<void>;
}

/** What the payment form says; no `problem`, if it says beside its own fields what is wrong. */
export type Outcome = { went: "through" } | { went: "wrong"; problem: string | null };

/** How a bank's page sent the buyer back. */
export interface Return {
  holdId: string;
  wentWell: boolean;
}

const FIRST_LOOKS = 5;
const LOOK_EVERY = 1_000;
const LOOK_LATER = 4_000;

export class Checkout {
  readonly #till: Till;
  readonly #attempts: Attempts;
  readonly #pause: (milliseconds: number) => Promise<void>;
  readonly #now: () => number;
  readonly #buying = signal<Buying>(CHOOSING);
  readonly buying: ReadonlySignal<Buying> = computed(() => this.#buying.value);
  #looking = false;
  #closed = false;

  constructor(till: Till, attempts: Attempts, pause = sleep, now: () => number = serverNow) {
    this.#till = till;
    this.#attempts = attempts;
    this.#pause = pause;
    this.#now = now;
  }

  /** Takes up what was begun before a reload, in another tab, or before a bank's page. */
  async resume(back: Return | null): Promise<void> {
    const holdId = back?.holdId ?? this.#attempts.open()?.hold_id;
    if (!holdId) return;
    const hold = await this.#find(holdId);
    if (!hold) return;
    if (!back) {
      if (open(hold)) this.#told(hold);
      else this.#attempts.settle();
      return;
    }
    // The form is gone, but not what was done with it: go on from there.
    this.#happen({ type: "told", hold: { ...hold, state: "held" } });
    this.#happen({ type: "confirming" });
    if (back.wentWell) this.#happen({ type: "confirmed" });
    else this.#happen({ type: "declined", problem: NOT_CONFIRMED });
    this.#told(hold);
  }

  /** Holds tickets. A double click is one; so is a try in another tab, or after a lost answer. */
  async ask(wanted: WantedHold): Promise<void> {
    if (underWay(this.#buying.peek())) return;
    this.#happen({ type: "started_over" });
    this.#happen({ type: "asked" });
    const before = this.#attempts.open()?.hold_id;
    if (before && (await this.#takeUp(before))) return;
    try {
      this.#told(await this.#till.place(wanted, this.#attempts.begin(wanted).key));
    } catch (error) {
      const known = error instanceof ApiError ? error : null;
      // At the limit, or called up from the waiting list: what is held for me already.
      const mine = known?.problem["hold_id"];
      // After a lost answer or a 503 it is open whether it happened: the next try is the same one.
      if (known && known.status < 500) this.#attempts.settle();
      if (typeof mine === "string" && (await this.#takeUp(mine))) return;
      this.#happen({ type: "refused", problem: refusal(error) });
    }
  }

  /** Pays by the form; `confirm` is the form's own deed. */
  async pay(confirm: () => Promise<Outcome>): Promise<void> {
    const buying = this.#buying.peek();
    if (buying.step !== "paying" || buying.busy) return;
    this.#happen({ type: "confirming" });
    const outcome = await confirm();
    if (outcome.went === "through") this.#happen({ type: "confirmed" });
    else {
      this.#happen({ type: "declined", problem: outcome.problem });
      // While the bank was asked, the hold may have been paid for elsewhere, or have run out.
      if (left(buying.hold.lapses_at, this.#now()) > 0) await this.look();
      else await this.lapse();
    }
  }

  /** Looks at the hold once more: somebody is back at this tab, or its time is over. */
  async look(): Promise<void> {
    const buying = this.#buying.peek();
    if (buying.step === "paying") await this.#read(buying.hold.hold_id);
  }

  /** Back from a bank's page by the browser's own button: the form says nothing any more. */
  async comeBack(): Promise<void> {
    const buying = this.#buying.peek();
    if (buying.step !== "paying" || !buying.busy) return;
    this.#happen({ type: "declined", problem: NOT_CONFIRMED });
    await this.look();
  }

  /** The clock says that the hold is over. */
  async lapse(): Promise<void> {
    await this.look();
    const buying = this.#buying.peek();
    if (buying.step !== "paying" || buying.busy) return;
    // Sooner than the sweeper: the tickets are on sale again, for this buyer too.
    await this.#till.release(buying.hold.hold_id).catch(() => undefined);
    this.#happen({ type: "time_up" });
  }

  /** Gives the tickets back, unpaid. */
  async giveUp(): Promise<void> {
    const buying = this.#buying.peek();
    if (buying.step !== "paying" || buying.busy) return;
    try {
      await this.#till.release(buying.hold.hold_id);
      this.#told({ ...buying.hold, state: "released" });
    } catch (error) {
      // Paid for in another tab, or lapsed: then that is what there is to see.
      if (!(error instanceof ApiError && (error.status === 404 || error.status === 409)))
        throw error;
      await this.look();
    }
  }

  /** Opens the payment form again, for a payment that does not arrive. */
  payAgain(): void {
    this.#happen({ type: "pay_again" });
  }

  startOver(): void {
    this.#happen({ type: "started_over" });
  }

  /** Nobody is looking any more; what was begun is found again by `resume`. */
  close(): void {
    this.#closed = true;
  }

  /** Whether that hold is still one to go on with. */
  async #takeUp(holdId: string): Promise<boolean> {
    const hold = await this.#find(holdId);
    if (!hold || !open(hold)) return false;
    this.#told(hold);
    return true;
  }

  async #read(holdId: string): Promise<void> {
    const hold = await this.#find(holdId);
    const now = this.#buying.peek();
    // A hold that was given up meanwhile is none any more, whatever it was when it was asked for.
    const current = (now.step === "paying" || now.step === "settling") && now.hold.hold_id;
    if (hold && current === holdId) this.#told(hold);
  }

  /** What the API says of the hold; null if it says nothing. */
  async #find(holdId: string): Promise<Hold | null> {
    try {
      return await this.#till.read(holdId);
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) this.#attempts.settle();
      return null;
    }
  }

  #told(hold: Hold): void {
    if (hold.state === "held") this.#attempts.holds(hold.hold_id);
    else if (this.#buying.peek().step !== "settling" || hold.state !== "lapsed") {
      this.#attempts.settle();
    }
    this.#happen({ type: "told", hold });
  }

  #happen(happening: Happening): void {
    if (this.#closed) return;
    this.#buying.value = next(this.#buying.peek(), happening);
    const now = this.#buying.peek();
    if (now.step === "gone") this.#attempts.settle();
    if (now.step === "settling" && !this.#looking) void this.#watch();
  }

  async #watch(): Promise<void> {
    this.#looking = true;
    while (!this.#closed) {
      const buying = this.#buying.peek();
      if (buying.step !== "settling") break;
      await this.#pause(buying.looks < FIRST_LOOKS ? LOOK_EVERY : LOOK_LATER);
      await this.#read(buying.hold.hold_id);
    }
    this.#looking = false;
  }
}

function open(hold: Hold): boolean {
  return hold.state === "held" || hold.state === "paid";
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
