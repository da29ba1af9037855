/** What a room is about, as its host types it and as it is sent. Pure. */

import type { RoomFacts } from "../types";

export const TOPICS = 3;

/** `topics` are words with commas between. */
export interface About {
  title: string;
  description: string;
  topics: string;
}

type Sent = Pick<RoomFacts, "title" | "description" | "topics">;

export function asTyped({ title, description, topics }: Sent): About {
  return { title, description, topics: topics.join(", ") };
}

export function asSent({ title, description, topics }: About): Sent {
  return { title: title.trim(), description: description.trim(), topics: split(topics) };
}

/** Whether the API would take it. */
export function isFit(about: About): boolean {
  return about.title.trim() !== "" && !hasTooMany(about);
}

export function hasTooMany({ topics }: About): boolean {
  return split(topics).length > TOPICS;
}

function split(text: string): string[] {
  const topics = text.split(",").map((topic) => topic.trim().replace(/^#/, "").toLowerCase());
  return [...new Set(topics.filter(Boolean))];
}
