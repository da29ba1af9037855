/** The alerts of this tab: filled by news, emptied by whoever sees them, kept over a reload. */

import { effect, signal, untracked } from "@preact/signals";
import { serverNow } from "../api/clock";
import { accountId } from "../auth/me";
import { onNews } from "../realtime/news";
import { visit } from "../room/current";
import { hear, prune, type Queue, without } from "./queue";

const PRUNE = 30_000;

export const alerts = signal<Queue>([]);

/** `key` is an event's id, or a room's: then all that is about it. */
export function dismiss(key: string): void {
  alerts.value = without(alerts.value, key);
}

/** Called once, when the page starts. */
export function watchAlerts(): void {
  let shelf: string | null = null;
  effect(() => {
    const account = accountId.value;
    shelf = account && `stoa.alerts ${account}`;
    untracked(() => {
      alerts.value = shelf ? restored(shelf) : [];
    });
  });
  effect(() => {
    const queue = alerts.value;
    if (shelf) sessionStorage.setItem(shelf, JSON.stringify(queue));
  });
  // Who is in a room need not be told of it.
  effect(() => {
    const current = visit.value;
    if (current) untracked(() => dismiss(current.roomId));
  });
  onNews((news) => {
    if (inside(news.room.room_id) && news.type !== "room.taken_down") return;
    alerts.value = hear(alerts.value, news, serverNow());
  });
  setInterval(() => {
    alerts.value = prune(alerts.value, serverNow());
  }, PRUNE);
}

function inside(roomId: string): boolean {
  const current = visit.peek();
  return current?.roomId === roomId && current.live;
}

function restored(shelf: string): Queue {
  try {
    const found: unknown = JSON.parse(sessionStorage.getItem(shelf) ?? "[]");
    return Array.isArray(found) ? prune(found as Queue, serverNow()) : [];
  } catch {
    return [];
  }
}
