/**
 * A try to get tickets, kept until it is known what became of it: one Idempotency-Key however often
 * it is sent, from whichever tab, before and after a reload.
 */

import type { WantedHold } from "./types";

interface Attempt {
  key: string;
  wanted: WantedHold;
  /** Once the API has answered. */
  hold_id: string | null;
}

type Shelf = Pick<Storage, "getItem" | "setItem" | "removeItem">;

export class Attempts {
  readonly #shelf: Shelf;
  readonly #name: string;

  /** Of one account at one room; all tabs share the shelf. */
  constructor(shelf: Shelf, accountId: string, roomId: string) {
    this.#shelf = shelf;
    this.#name = `stoa.attempt ${accountId} ${roomId}`;
  }

  /** The one that is not settled yet, if it wants the same; or a new one. */
  begin(wanted: WantedHold): Attempt {
    const open = this.open();
    if (open && open.hold_id === null && same(open.wanted, wanted)) return open;
    return this.#keep({ key: crypto.randomUUID(), wanted, hold_id: null });
  }

  /** The one that is not settled yet. */
  open(): Attempt | null {
    try {
      const found: unknown = JSON.parse(this.#shelf.getItem(this.#name) ?? "null");
      return isAttempt(found) ? found : null;
    } catch {
      return null;
    }
  }

  /** The API holds tickets for it. */
  holds(holdId: string): void {
    const open = this.open() ?? { key: crypto.randomUUID(), wanted: { quantity: 1 } };
    this.#keep({ ...open, hold_id: holdId });
  }

  /** It is known what became of it: the next one is another. */
  settle(): void {
    this.#shelf.removeItem(this.#name);
  }

  #keep(attempt: Attempt): Attempt {
    this.#shelf.setItem(this.#name, JSON.stringify(attempt));
    return attempt;
  }
}

function same(one: WantedHold, other: WantedHold): boolean {
  return one.quantity === other.quantity && one.promo_code === other.promo_code;
}

function isAttempt(value: unknown): value is Attempt {
  return typeof value === "object" && value !== null && "key" in value && "wanted" in value;
}
