/** What my account prefers, the same on every device: read once, changed one change at a time. */

import { computed, effect, signal, untracked } from "@preact/signals";
import { readSettings, type Settings, writeSettings } from "../api/settings";
import { accountId } from "../auth/me";

const held = signal<{ account: string; settings: Settings } | null>(null);

/** Null until they are known, and for guests. */
export const settings = computed(() =>
  held.value?.account === accountId.value ? (held.value?.settings ?? null) : null,
);

let last: Promise<unknown> = Promise.resolve();
let pending = 0;

effect(() => {
  const account = accountId.value;
  // What can't be read now is read before something is changed.
  if (account) untracked(() => readSettings().then(hold(account), () => undefined));
});

/** Changes them here at once, and for all devices as soon as the API agrees. Raises its refusal. */
export async function amend(change: (settings: Settings) => Settings): Promise<void> {
  const account = accountId.peek();
  if (!account) return;
  const before = settings.peek();
  if (before) hold(account)(change(before));
  pending += 1;
  const turn = last.then(async () => {
    try {
      // Another device may have changed something else meanwhile.
      const written = await writeSettings(change(await readSettings()));
      if (pending === 1) hold(account)(written);
    } catch (error) {
      if (before) hold(account)(before);
      throw error;
    } finally {
      pending -= 1;
    }
  });
  last = turn.catch(() => undefined);
  await turn;
}

function hold(account: string): (found: Settings) => void {
  return (found) => {
    if (accountId.peek() === account) held.value = { account, settings: found };
  };
}
