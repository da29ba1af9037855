/** What a failed try to get into a room means for the visit: wait and try again, or give up. */

import { ApiError, mayPass, sentence } from "../api/problem";
import { backoff } from "../media/backoff";
import type { Standing } from "./standing";

/** The API's door, not the media door, said no or nothing. */
export class JoinFailed extends Error {
  constructor(cause: unknown) {
    super("join failed", { cause });
  }
}

export interface Verdict {
  standing: Standing;
  /** Milliseconds until the next try; null when `standing` is final. */
  delay: number | null;
}

/** `attempt` counts failures in a row from 0; `now` is in milliseconds. */
export function judge(failure: unknown, attempt: number, now: number): Verdict {
  const atTheDoor = failure instanceof JoinFailed;
  const error = atTheDoor ? failure.cause : failure;
  const due = backoff(attempt, Math.random());
  if (!(error instanceof ApiError)) return { standing: { kind: "reconnecting" }, delay: due };
  const delay = error.retryAfter === null ? due : error.retryAfter * 1000;
  if (error.code === "no_capacity") {
    return { standing: { kind: "full", retryAt: now + delay }, delay };
  }
  // Only the API's refusals are final: the media door's are about a token that join makes anew.
  if (!atTheDoor || mayPass(error)) {
    return { standing: { kind: "reconnecting" }, delay: Math.max(delay, due) };
  }
  if (error.code === "not_live")
    return { standing: { kind: "over", reason: "ended" }, delay: null };
  const { code } = error;
  return { standing: { kind: "refused", code, sentence: sentence(error) }, delay: null };
}
