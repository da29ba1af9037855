/** What can go wrong with a call, and the sentence that tells a person. */

import type { components } from "./schema";

/** RFC 9457 problem details, or what little of them has come. */
export type Problem = Partial<components["schemas"]["Problem"]>;

/** The API answered, and the answer is no. `retryAfter` is in seconds. */
export class ApiError extends Error {
  readonly status: number;
  readonly problem: Problem;
  readonly retryAfter: number | null;

  constructor(status: number, problem: Problem, retryAfter: number | null) {
    super(problem.detail ?? problem.title ?? `HTTP ${status}`);
    this.status = status;
    this.problem = problem;
    this.retryAfter = retryAfter;
  }

  get code(): string {
    return this.problem.code ?? `http_${this.status}`;
  }

  static async from(response: Response): Promise<ApiError> {
    const after = Number(response.headers.get("Retry-After"));
    const retryAfter = Number.isFinite(after) && after > 0 ? after : null;
    let problem: Problem = {};
    if (response.headers.get("Content-Type")?.includes("json")) {
      problem = (await response.json().catch(() => ({}))) as Problem;
    }
    return new ApiError(response.status, problem, retryAfter);
  }
}

/** Nobody answered: offline, or the server is away. */
export class Unreachable extends Error {}

/** Whether the same may go well a little later: nobody answered, or not just now. */
export function mayPass(error: unknown): boolean {
  if (!(error instanceof ApiError)) return true;
  return error.status >= 500 || error.status === 429 || error.code === "request_in_progress";
}

const TRIES = 3;
/** Longer than so many seconds nobody waits without a word. */
const A_MOMENT = 2;

/**
 * Milliseconds to wait before the same is sent again, where others were only quicker; null if the
 * answer stands. It was sent `tried` times; `chance`, in [0, 1), spreads a crowd.
 */
export function pauseAfter(error: ApiError, tried: number, chance: number): number | null {
  const { status, retryAfter } = error;
  if (status !== 503 || retryAfter === null || retryAfter > A_MOMENT) return null;
  return tried < TRIES ? retryAfter * 1000 * (1 + chance) : null;
}

const SENTENCES: Record<string, string> = {
  account_not_found: "There is nobody with this handle.",
  already_sold: "Some of these are sold or held already, so that can't be changed any more.",
  blocked: "The host of this room doesn't want you in it.",
  captioner_only: "The host doesn't let you write captions in this room any more.",
  captioners_full: "Five people may write captions, and there are five.",
  followers_only: "This room is for the host's followers. Follow the host, then come in.",
  hold_not_found: "These tickets aren't kept for you any more.",
  member_not_found: "They have left the room.",
  not_in_rollout: "Selling tickets isn't open to your account yet.",
  not_live: "This room isn't live.",
  not_refundable: "This ticket can't be given back any more.",
  not_yourself: "That is you. Whom do you want to give it to?",
  offer_not_found: "Nothing is sold for this room.",
  payments_unavailable: "Payments are away for a moment. Please try again; nothing was charged.",
  payouts_not_ready: "Set up your payouts first, so that what you earn can reach you.",
  promo_code_not_found: "There is no such code for this room.",
  promo_code_used_up: "This code is used up.",
  removed: "A host removed you from this room, so you can't come back in.",
  request_in_progress: "This is still under way. Try again in a moment.",
  room_not_found: "There is no such room.",
  sales_ended: "Tickets for this room aren't sold any more.",
  sold_out: "There are no tickets left.",
  stage_full: "The stage is full: 13 people can speak at once.",
  ticket_needed: "You need a ticket for this room.",
  waiting_list_full: "The waiting list is full.",
};

/** What keeps somebody from something, by its code. */
export function inWords(code: string): string {
  return SENTENCES[code] ?? "That can't be done just now.";
}

/** One sentence for a person; the server's own words where we have none better. */
export function sentence(error: unknown): string {
  if (error instanceof Unreachable) return "Stoa can't be reached. Check your connection.";
  if (!(error instanceof ApiError)) return "Something went wrong. Please try again.";
  const known = SENTENCES[error.code];
  if (known) return known;
  if (error.status === 401) return "Please sign in first.";
  if (error.status === 429) return "That was a little fast. Wait a moment.";
  return error.problem.detail ?? error.problem.title ?? "Something went wrong. Please try again.";
}
