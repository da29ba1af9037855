/** An alert in words, and what one tap on it does. Pure. */

import { momentInZone } from "../components/when";
import type { Person } from "../types";
import { isAhead, type Told } from "./queue";

export interface Words {
  /** Whose face stands beside it. */
  face: Person;
  what: string;
  more: string;
  /** What the button says, and where it leads: right into the room, to its door, to a ticket. */
  button: string;
  leads: "in" | "to the door" | "to the ticket";
}

/** `now` is in milliseconds. */
export function words(news: Told, now: number): Words {
  const { title, host } = news.room;
  const join = { button: "Join", leads: "in" } as const;
  const door = { button: "See", leads: "to the door" } as const;
  switch (news.type) {
    case "room.live":
      return { face: news.person, what: `${news.person.name} is live`, more: title, ...join };
    case "room.speaking": {
      const { person } = news;
      return { face: person, what: `${person.name} is on stage`, more: title, ...join };
    }
    case "invited_up": {
      const what = news.by ? `${news.by.name} invited you up` : "You are on stage";
      return { face: news.by ?? host, what, more: title, ...join };
    }
    case "reminder.due":
      return { face: host, ...reminder(news, now), ...(isLive(news) ? join : door) };
    case "room.rescheduled": {
      const { starts_at: start } = news.room;
      const more = start ? `Now ${momentInZone(start)}` : `With ${host.name}`;
      return { face: host, what: `${title} has moved`, more, ...door };
    }
    case "room.cancelled": {
      const more = `It won't take place with ${host.name}`;
      return { face: host, what: `${title} is cancelled`, more, ...door };
    }
    case "room.taken_down": {
      const more = `By a moderator: ${title}`;
      return { face: host, what: "Your room was taken down", more, ...door };
    }
    case "room.not_on_sale": {
      const more = `${UNSOLD[news.reason] ?? "You have to offer it yourself"}: ${title}`;
      return { face: host, what: "Next room isn't on sale", more, ...door };
    }
    case "ticket.issued":
      return { face: host, what: "You have a ticket", more: title, ...ticket };
    case "ticket.refunded":
      return { face: host, what: "Your ticket was refunded", more: title, ...ticket };
  }
}

/** Why the next room of a series that was sold is not sold by itself, by code. */
const UNSOLD: Record<string, string> = {
  payouts_not_ready: "Your payouts are not ready",
  not_in_rollout: "Selling isn't open to your account",
};

const ticket = { button: "See", leads: "to the ticket" } as const;

type Reminder = Extract<Told, { occasion: string }>;

function isLive({ occasion }: Reminder): boolean {
  return occasion === "start";
}

function reminder(news: Reminder, now: number): { what: string; more: string } {
  const { title, host, starts_at: start } = news.room;
  const when = begins(start ?? news.at, now);
  switch (news.occasion) {
    case "host-soon":
    case "host-start":
      return { what: `Your room begins ${isAhead(news.occasion) ? when : "now"}`, more: title };
    case "start":
      return { what: title, more: `${host.name} is live now` };
    case "late":
      return { what: title, more: "It starts a little late. You will hear when it begins." };
    default:
      return { what: title, more: `Begins ${when}, with ${host.name}` };
  }
}

/** "in 10 minutes", "in 2 hours", "now". */
function begins(start: string, now: number): string {
  const minutes = Math.round((Date.parse(start) - now) / 60_000);
  if (minutes < 1) return "now";
  if (minutes === 1) return "in a minute";
  if (minutes < 100) return `in ${minutes} minutes`;
  return minutes < 60 * 24 ? `in ${Math.round(minutes / 60)} hours` : "in a day";
}
