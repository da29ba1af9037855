/** How a visit to a room stands. */

import type { EndReason } from "../events";

/** `refused` and `over` are final. `retryAt` is in milliseconds since the epoch. */
export type Standing =
  | { kind: "joining" }
  | { kind: "in" }
  | { kind: "reconnecting" }
  | { kind: "full"; retryAt: number }
  | { kind: "refused"; code: string; sentence: string }
  | { kind: "over"; reason: EndReason | "left" };
