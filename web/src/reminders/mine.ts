/** The reminders that I have set, by room: read once somebody asks, kept up as I change them. */

import { effect, signal, untracked } from "@preact/signals";
import { dropReminder, listReminders, type Reminder, setReminder } from "../api/reminders";
import { accountId } from "../auth/me";
import type { Page } from "../types";
import type { Draft } from "./draft";

/** An account may have 200. */
const PAGES = 3;

/** Undefined until they are known. */
export const reminders = signal<ReadonlyMap<string, Reminder> | undefined>(undefined);

let asked: string | null = null;
let reading: Promise<void> = Promise.resolve();

effect(() => {
  const account = accountId.value;
  untracked(() => {
    if (account === asked) return;
    asked = null;
    reminders.value = undefined;
  });
});

/** Makes sure that they are read, or will be. */
export function wantReminders(): void {
  const account = accountId.peek();
  if (!account || asked === account) return;
  asked = account;
  reading = readAll().then(
    (found) => {
      if (accountId.peek() === account) reminders.value = found;
    },
    () => {
      // The next one who asks tries again.
      asked = null;
    },
  );
}

/** Saves it. Raises the API's refusal. */
export async function remind(roomId: string, { leads, channels }: Draft): Promise<void> {
  const set = await setReminder(roomId, { lead_minutes: leads, channels });
  // What is still being read may be older.
  await reading;
  reminders.value = new Map(reminders.peek()).set(roomId, set);
}

export async function forget(roomId: string): Promise<void> {
  await dropReminder(roomId);
  await reading;
  const left = new Map(reminders.peek());
  left.delete(roomId);
  reminders.value = left;
}

async function readAll(): Promise<Map<string, Reminder>> {
  const found = new Map<string, Reminder>();
  let cursor: string | null = null;
  for (let page = 0; page < PAGES; page += 1) {
    const { items, next }: Page<Reminder> = await listReminders(cursor);
    for (const reminder of items) found.set(reminder.room_id, reminder);
    cursor = next;
    if (!cursor) break;
  }
  return found;
}
