/** What is said over the WebSocket: news, oldest first, and words about the connection itself. */

import type { Access, Person, Role, RoomState } from "../types";

/** As much of a room as news has to show. */
export interface RoomBrief {
  room_id: string;
  title: string;
  state: RoomState;
  access: Access;
  host: Person;
  starts_at: string | null;
}

/** `event_id` is a ULID of when it happened; what comes twice has the same. */
interface Happened {
  event_id: string;
  at: string;
  room: RoomBrief;
}

export type News = Happened &
  (
    | { type: "room.live" | "room.speaking" | "room.ended"; person: Person; role: Role }
    | { type: "invited_up"; by: Person | null; role: Role }
    | { type: "reminder.due" | "room.rescheduled" | "room.cancelled"; occasion: string }
    | { type: "room.taken_down" }
    | { type: "room.not_on_sale"; reason: string }
    | { type: "ticket.issued" | "ticket.refunded"; ticket_id: string }
  );

export type Message =
  | News
  /** The answer to a resume, in several of these if need be; not `complete` if more is lost. */
  | { type: "missed"; at: string; events: News[]; last: boolean; complete: boolean }
  | { type: "pong"; at: string }
  /** The gateway lets no connection live for ever: make another one soon. */
  | { type: "reconnect"; at: string }
  /** The connection ends, and another would end the same way. */
  | { type: "closing"; at: string; reason: string };

export type Said = { type: "ping" } | { type: "resume"; after: string };

const NEWS: ReadonlySet<string> = new Set<News["type"]>([
  "room.live",
  "room.speaking",
  "room.ended",
  "invited_up",
  "reminder.due",
  "room.rescheduled",
  "room.cancelled",
  "room.taken_down",
  "room.not_on_sale",
  "ticket.issued",
  "ticket.refunded",
]);
const ABOUT_US: ReadonlySet<string> = new Set<Message["type"]>(["pong", "reconnect", "closing"]);

/** The message in a frame; null for what this client does not know: a newer server may say more. */
export function readMessage(frame: unknown): Message | null {
  if (typeof frame !== "string") return null;
  let content: unknown;
  try {
    content = JSON.parse(frame);
  } catch {
    return null;
  }
  if (!isObject(content) || typeof content["type"] !== "string") return null;
  if (content["type"] === "missed") {
    const events = Array.isArray(content["events"]) ? content["events"].filter(isNews) : [];
    return { ...(content as unknown as Message & { type: "missed" }), events };
  }
  if (isNews(content)) return content;
  return ABOUT_US.has(content["type"]) ? (content as unknown as Message) : null;
}

export function isNewsMessage(message: Message): message is News {
  return NEWS.has(message.type);
}

/** Whether it is worth telling of a room that is over. */
export function outlastsRoom(news: News): boolean {
  return "ticket_id" in news || news.type === "room.taken_down";
}

function isNews(value: unknown): value is News {
  if (!isObject(value) || typeof value["type"] !== "string" || !NEWS.has(value["type"])) {
    return false;
  }
  const { room } = value;
  return (
    typeof value["event_id"] === "string" &&
    typeof value["at"] === "string" &&
    isObject(room) &&
    typeof room["room_id"] === "string"
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
