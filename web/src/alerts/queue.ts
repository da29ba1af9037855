/** What is told at the top of the page: a few alerts, one a room, the urgent ones first. Pure. */

import { type News, outlastsRoom } from "../realtime/messages";

/** News that is told; that a room is over only takes back what was told of it. */
export type Told = Exclude<News, { type: "room.live" | "room.speaking" | "room.ended" }> | Live;
type Live = Extract<News, { type: "room.live" | "room.speaking" | "room.ended" }> & {
  type: "room.live" | "room.speaking";
};

export type Queue = readonly Told[];

const AT_MOST = 5;
const MINUTE = 60_000;

const URGENCY: Record<Told["type"], number> = {
  invited_up: 3,
  "room.taken_down": 3,
  "reminder.due": 2,
  "room.live": 2,
  "room.speaking": 2,
  "room.rescheduled": 1,
  "room.cancelled": 1,
  "room.not_on_sale": 1,
  "ticket.issued": 0,
  "ticket.refunded": 0,
};

/** The queue with this news in its place; `now` is in milliseconds. */
export function hear(queue: Queue, news: News, now: number): Queue {
  if (!isTold(news)) return queue.filter((one) => outlastsRoom(one) || !isAbout(one, news));
  if (now >= goodUntil(news)) return queue;
  const before = queue.find((one) => subject(one) === subject(news));
  if (before && !replaces(news, before)) return queue;
  const others = queue.filter((one) => one !== before);
  return [...others, news].toSorted(byUrgency).slice(0, AT_MOST);
}

/** The queue without what has been seen, or is about this room. */
export function without(queue: Queue, key: string): Queue {
  return queue.filter((one) => one.event_id !== key && subject(one) !== key);
}

/** Where I am: on which page, in which room, and in which I was until it was taken down. */
export interface Whereabouts {
  path: string;
  inside: string | null;
  down: string | null;
}

/** Whether the page tells it anyhow: of my room, or of tickets where I buy or keep them. */
export function isToldHere(news: Told, { path, inside, down }: Whereabouts): boolean {
  const { room_id } = news.room;
  const onPage = path === `/rooms/${room_id}`;
  if (news.type === "room.taken_down") return onPage && down === room_id;
  if (inside === room_id) return true;
  return "ticket_id" in news && (onPage || path.startsWith("/tickets"));
}

/** The queue without what nobody needs to be told any more; the same if there is nothing such. */
export function prune(queue: Queue, now: number): Queue {
  const left = queue.filter((one) => now < goodUntil(one));
  return left.length === queue.length ? queue : left;
}

function isTold(news: News): news is Told {
  return news.type !== "room.ended";
}

/** What it is about: of one thing only the newest is told. */
function subject(news: Told): string {
  return "ticket_id" in news ? news.ticket_id : news.room.room_id;
}

function replaces(news: Told, before: Told): boolean {
  // Who is asked up need not hear who else is there.
  if (before.type === "invited_up" && URGENCY[news.type] < URGENCY.invited_up) return false;
  const later = timeOf(news).localeCompare(timeOf(before));
  // That a host is live is news and, to some, a reminder: then the one that was asked for counts.
  // That a room is cancelled tells a host who waits for it less than that it was taken down.
  const closer = news.type === "reminder.due" || news.type === "room.taken_down";
  return later > 0 || (later === 0 && closer);
}

function isAbout(news: Told, { room }: News): boolean {
  return news.room.room_id === room.room_id;
}

/** The part of a ULID that says when. */
function timeOf({ event_id: id }: Told): string {
  return id.slice(0, 10);
}

function byUrgency(one: Told, other: Told): number {
  const more = URGENCY[other.type] - URGENCY[one.type];
  return more || other.event_id.localeCompare(one.event_id);
}

/** When it is of no use any more, in milliseconds. */
function goodUntil(news: Told): number {
  const at = Date.parse(news.at);
  switch (news.type) {
    case "invited_up":
      return at + 10 * MINUTE;
    case "room.live":
    case "room.speaking":
      return at + 120 * MINUTE;
    case "reminder.due": {
      const begins = Date.parse(news.room.starts_at ?? news.at);
      return isAhead(news.occasion) ? begins + 5 * MINUTE : at + 60 * MINUTE;
    }
    default:
      return at + 24 * 60 * MINUTE;
  }
}

/** Whether it speaks of a start that is to come. */
export function isAhead(occasion: string): boolean {
  return occasion.startsWith("lead-") || occasion === "host-soon";
}
