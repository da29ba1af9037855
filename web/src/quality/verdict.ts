/** "Is it me?": whose connection is to blame for what I hear, by rules. */

import type { RoomQuality, SpeakerQuality } from "../types";
import type { Figures } from "./figures";

export type Verdict =
  | { who: "unknown" }
  | { who: "well" }
  | { who: "server" }
  /** My connection, in the direction in which sound comes to me, or in which mine goes out. */
  | { who: "you"; way: "in" | "out" }
  | { who: "speaker"; account_id: string };

/** From here on one hears it. Shares are 0 to 1, times in milliseconds. */
export const LIMITS = {
  loss: 0.05,
  concealed: 0.05,
  roundTrip: 400,
  jitter: 60,
  /** Between two slots of the room's sound, which are due every 20 ms. */
  gap: 150,
} as const;

/** With fewer hearers than these, half of them say nothing about the room. */
const A_ROOM = 3;

/**
 * The first of these that holds: the server, if it stalls or half of the room lose packets, since
 * everybody's figures are bad then; my own connection; the worst speaker's.
 */
export function judge(mine: Figures | null, room: RoomQuality | null, me: string): Verdict {
  if (room && (room.longest_gap_ms >= LIMITS.gap || losesPackets(room))) return { who: "server" };
  if (mine && isBad(mine)) return { who: "you", way: "in" };
  const bad = room?.speakers.filter(isHeard).sort((a, b) => b.concealed - a.concealed) ?? [];
  if (bad.some((speaker) => speaker.account_id === me)) return { who: "you", way: "out" };
  if (bad[0]) return { who: "speaker", account_id: bad[0].account_id };
  return mine ? { who: "well" } : { who: "unknown" };
}

function losesPackets({ hearers, loss }: RoomQuality): boolean {
  return hearers >= A_ROOM && loss !== null && loss.median >= LIMITS.loss;
}

function isBad({ loss, concealed, roundTrip, jitter }: Figures): boolean {
  return (
    (loss ?? 0) >= LIMITS.loss ||
    (concealed ?? 0) >= LIMITS.concealed ||
    (roundTrip ?? 0) >= LIMITS.roundTrip ||
    (jitter ?? 0) >= LIMITS.jitter
  );
}

/** What a speaker's packets carry twice repairs most loss: only what is made up is heard. */
function isHeard({ concealed }: SpeakerQuality): boolean {
  return concealed >= LIMITS.concealed;
}
