/**
 * Buying as a state machine: what the buyer, the payment form and the API do to it. Pure.
 *
 *   choosing ──asked──► asking ──told held──► paying ──confirmed──► settling ──told paid──► bought
 *      ▲                  │ told paid (free): bought   ▲  │ declined: still paying, same hold
 *      └─────refused──────┘                            └──┘ time_up, told lapsed: gone
 */

import type { Hold } from "./types";

export type Buying =
  /** `problem`: why the last try came to nothing. */
  | { step: "choosing"; problem: string | null }
  | { step: "asking" }
  /** `busy` while the bank is asked; `problem` is what it said to the card before. */
  | { step: "paying"; hold: Hold; busy: boolean; problem: string | null }
  /** The payment went through here, and the API has not seen it yet; `looks` counts how often. */
  | { step: "settling"; hold: Hold; looks: number }
  | { step: "bought"; hold: Hold }
  /** `refunded`: paid too late, and the money goes back. */
  | { step: "gone"; hold: Hold; why: "lapsed" | "refunded" };

export type Happening =
  | { type: "asked" }
  /** What the API says of the hold. */
  | { type: "told"; hold: Hold }
  | { type: "refused"; problem: string }
  | { type: "confirming" }
  | { type: "declined"; problem: string | null }
  | { type: "confirmed" }
  /** The hold's time is over by the clock. */
  | { type: "time_up" }
  /** The payment does not arrive: the buyer wants the form again. */
  | { type: "pay_again" }
  | { type: "started_over" };

export const CHOOSING: Buying = { step: "choosing", problem: null };

export function next(buying: Buying, happening: Happening): Buying {
  switch (happening.type) {
    case "asked":
      return buying.step === "choosing" ? { step: "asking" } : buying;
    case "refused":
      return buying.step === "asking" ? { step: "choosing", problem: happening.problem } : buying;
    case "told":
      return told(buying, happening.hold);
    case "confirming":
      return buying.step === "paying" ? { ...buying, busy: true, problem: null } : buying;
    case "declined":
      if (buying.step !== "paying") return buying;
      return { ...buying, busy: false, problem: happening.problem };
    case "confirmed":
      return buying.step === "paying" ? { step: "settling", hold: buying.hold, looks: 0 } : buying;
    case "time_up":
      // While the bank is asked, only the API knows who was first.
      if (buying.step !== "paying" || buying.busy) return buying;
      return { step: "gone", hold: buying.hold, why: "lapsed" };
    case "pay_again":
      if (buying.step !== "settling") return buying;
      return { step: "paying", hold: buying.hold, busy: false, problem: null };
    case "started_over":
      return buying.step === "asking" ? buying : CHOOSING;
  }
}

function told(buying: Buying, hold: Hold): Buying {
  if (hold.state === "paid") return { step: "bought", hold };
  if (hold.state === "refunded") return { step: "gone", hold, why: "refunded" };
  // Money that lands after the hold's end still becomes a ticket or comes back: wait which.
  if (buying.step === "settling") return { ...buying, hold, looks: buying.looks + 1 };
  if (hold.state === "lapsed") return { step: "gone", hold, why: "lapsed" };
  if (hold.state === "released") return CHOOSING;
  const same = buying.step === "paying" && buying.hold.hold_id === hold.hold_id;
  if (!same) return { step: "paying", hold, busy: false, problem: null };
  // The form keeps what opens it: with Stripe away an answer comes without.
  return { ...buying, hold: { ...hold, payment: hold.payment ?? buying.hold.payment } };
}

/** Whether the buyer has said what they want, and it is not decided yet. */
export function underWay(buying: Buying): boolean {
  return buying.step === "asking" || buying.step === "paying" || buying.step === "settling";
}
