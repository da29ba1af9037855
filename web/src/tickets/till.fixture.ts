/** What buying is tested against: a till that behaves like the API, and a browser's storage. */

import { ApiError } from "../api/problem";
import type { Till } from "./checkout";
import type { Hold, WantedHold } from "./types";

const usd = (amount: number) => ({ amount, currency: "usd" });

/** Sells `left` tickets, one hold a key, as the API does. */
export class Counter implements Till {
  left = 3;
  limit = 4;
  readonly holds = new Map<string, Hold>();
  readonly asked: string[] = [];
  /** What goes wrong with the next call, after it has had its effect. */
  lose: Error | null = null;

  async place(wanted: WantedHold, key: string): Promise<Hold> {
    this.asked.push(key);
    const mine = [...this.holds.values()].filter(({ state }) => state === "held");
    const known = this.holds.get(key);
    if (!known && mine.length >= this.limit) {
      throw refused(409, "limit_reached", { allowed: this.limit, hold_id: mine[0]?.hold_id });
    }
    if (!known && wanted.quantity > this.left) throw refused(409, "sold_out", { left: this.left });
    const hold = known ?? this.#make(wanted.quantity);
    if (!known) this.left -= wanted.quantity;
    this.holds.set(key, hold);
    const lost = this.lose;
    this.lose = null;
    if (lost) throw lost;
    return hold;
  }

  /** The answer takes its time, and says how it was. */
  async read(holdId: string): Promise<Hold> {
    const [, hold] = this.#find(holdId);
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
    return hold;
  }

  async release(holdId: string): Promise<void> {
    const [key, hold] = this.#find(holdId);
    if (hold.state !== "held") throw refused(409, "wrong_state");
    this.holds.set(key, { ...hold, state: "released" });
    this.left += hold.quantity;
  }

  /** The hold comes to this state by itself. */
  becomes(state: Hold["state"]): void {
    for (const [key, hold] of this.holds) {
      this.holds.set(key, { ...hold, state, tickets: state === "paid" ? ["ticket_1"] : [] });
    }
  }

  #find(holdId: string): [string, Hold] {
    const found = [...this.holds].find(([, hold]) => hold.hold_id === holdId);
    if (!found) throw refused(404, "hold_not_found");
    return found;
  }

  #make(quantity: number): Hold {
    return {
      hold_id: `hold_${this.holds.size + 1}`,
      room_id: "room_1",
      quantity,
      state: "held",
      lapses_at: "2026-12-01T12:15:00Z",
      unit_price: usd(1200),
      price: usd(1200 * quantity),
      payment: { client_secret: "secret", publishable_key: "key" },
      tickets: [],
      ...{ refund_rule: "until_start", refunds: [] },
    };
  }
}

export function refused(
  status: number,
  code: string,
  facts: Record<string, unknown> = {},
): ApiError {
  return new ApiError(status, { code, ...facts }, status === 503 ? 1 : null);
}

/** Storage that all tabs of one browser share. */
export class Shelf {
  readonly #kept = new Map<string, string>();
  getItem = (name: string) => this.#kept.get(name) ?? null;
  setItem = (name: string, value: string) => void this.#kept.set(name, value);
  removeItem = (name: string) => void this.#kept.delete(name);
}
