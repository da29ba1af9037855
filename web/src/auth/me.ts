/** My own account, and whom I follow, as last read from the API. */

import { computed, effect, signal } from "@preact/signals";
import { follow, following, readMe, unfollow } from "../api/accounts";
import { mayPass } from "../api/problem";
import { backoff } from "../media/backoff";
import type { Me } from "../types";
import { restore, signOut as forget, token } from "./session";

/** Pages of 100 that are read to know whom I follow. */
const FOLLOWING_PAGES = 10;

/** undefined until known, null when nobody is signed in. */
export const me = signal<Me | null | undefined>(undefined);
/** Whose account it is; another only when somebody else is signed in. */
export const accountId = computed(() => me.value?.account_id ?? null);
export const followed = signal<ReadonlySet<string>>(new Set());

let reading: Promise<void> = Promise.resolve();

// A token that could not be renewed: the person is a guest from now on.
effect(() => {
  if (token.value === null && me.peek()) me.value = null;
});

/** Takes up a sign-in, at page load or just made; while nobody can say, the person is a guest. */
export async function begin(attempt = 0): Promise<void> {
  try {
    await restore();
    me.value = token.value ? await readMe() : null;
    if (me.value) reading = readFollowing(me.value.account_id);
  } catch (error) {
    me.value = null;
    if (!mayPass(error)) return;
    const again = () => void (me.peek() || begin(attempt + 1));
    setTimeout(again, backoff(attempt, Math.random()));
  }
}

/** The handles of those whom I follow, once they are read. */
export async function whomIFollow(): Promise<ReadonlySet<string>> {
  await reading;
  return followed.peek();
}

export async function signOut(): Promise<void> {
  await forget();
  me.value = null;
  followed.value = new Set();
}

export async function setFollowing(handle: string, wanted: boolean): Promise<void> {
  await (wanted ? follow(handle) : unfollow(handle));
  // What is still being read may be older.
  const handles = new Set(await whomIFollow());
  if (wanted) handles.add(handle);
  else handles.delete(handle);
  followed.value = handles;
}

async function readFollowing(account: string): Promise<void> {
  const handles = new Set<string>();
  let cursor: string | null = null;
  try {
    for (let page = 0; page < FOLLOWING_PAGES; page += 1) {
      const { items, next } = await following(cursor);
      for (const { handle } of items) if (handle) handles.add(handle);
      cursor = next;
      if (!cursor) break;
    }
  } catch {
    // What was read still stands; the buttons of the rest say "Follow", which is repeatable.
  }
  if (accountId.peek() === account) followed.value = handles;
}
