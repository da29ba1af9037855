/** The messages of a room's `events` data channel: `{type, at, ...}` as JSON. */

import type { CaptionLine, Hand, Member, Role, RoomFacts, RoomQuality } from "./types";

export interface Counts {
  listeners: number;
  speakers: number;
}

export type EndReason =
  | "ended"
  | "taken_down"
  | "abandoned"
  | "removed"
  | "blocked"
  | "replaced"
  | "ticket_lost";

export type RoomEvent =
  | {
      type: "room.state";
      room: RoomFacts;
      stage: Member[];
      hands: Hand[];
      you: Member;
      counts: Counts;
    }
  | { type: "member.joined"; member: Member }
  | { type: "member.left"; account_id: string; reason: "left" | "lost" | "removed" }
  | { type: "role.changed"; account_id: string; role: Role; member: Member }
  | { type: "muted"; account_id: string; muted: boolean; by: string }
  | ({ type: "hand.raised" } & Hand)
  | { type: "hand.lowered"; account_id: string }
  | { type: "speaking"; account_ids: string[] }
  | { type: "reaction"; account_id: string; emoji: string }
  | ({ type: "counts" } & Counts)
  | { type: "caption"; line: CaptionLine }
  | { type: "caption.corrected"; line: CaptionLine }
  | ({ type: "quality" } & RoomQuality)
  | { type: "token.renewed"; token: string; expires_at: string }
  | { type: "moved" }
  | { type: "ended"; reason: EndReason };

const KNOWN: ReadonlySet<string> = new Set<RoomEvent["type"]>([
  "room.state",
  "member.joined",
  "member.left",
  "role.changed",
  "muted",
  "hand.raised",
  "hand.lowered",
  "speaking",
  "reaction",
  "counts",
  "caption",
  "caption.corrected",
  "quality",
  "token.renewed",
  "moved",
  "ended",
]);

/**
 * The events in one data-channel message, which holds one object or a list of them.
 * Types that this client does not know are skipped: a newer worker may send more.
 */
export function readEvents(message: unknown): RoomEvent[] {
  if (typeof message !== "string") return [];
  let content: unknown;
  try {
    content = JSON.parse(message);
  } catch {
    return [];
  }
  return (Array.isArray(content) ? content : [content]).filter(isEvent);
}

function isEvent(value: unknown): value is RoomEvent {
  if (typeof value !== "object" || value === null || !("type" in value)) return false;
  return typeof value.type === "string" && KNOWN.has(value.type);
}
