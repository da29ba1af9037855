/** How I can be reached: on a phone that takes push, by e-mail, here. */

import { computed, effect, signal, untracked } from "@preact/signals";
import { listDevices } from "../api/settings";
import { emailIn } from "../auth/claims";
import { accountId } from "../auth/me";
import { token } from "../auth/session";
import { type Channel, CHANNELS } from "./notifications";

/** Whether a phone of mine takes push messages. */
const phone = signal(false);
const email = computed(() => emailIn(token.value));

effect(() => {
  const account = accountId.value;
  untracked(() => {
    phone.value = false;
    if (account) void lookForPhone(account);
  });
});

/** The ways that lead to me, and those that are `chosen` anyhow. */
export function ways(chosen: readonly Channel[]): (readonly [Channel, string])[] {
  const open: Record<Channel, boolean> = {
    push: phone.value,
    email: email.value !== null,
    in_app: true,
  };
  return CHANNELS.filter(([channel]) => open[channel] || chosen.includes(channel)).map(
    ([channel, name]) =>
      channel === "email" && email.value ? [channel, `${name} to ${email.value}`] : [channel, name],
  );
}

async function lookForPhone(account: string): Promise<void> {
  try {
    const { items } = await listDevices();
    if (accountId.peek() === account) phone.value = items.some((device) => !device.dead);
  } catch {
    // Unknown is as good as none: nothing is promised that can't be kept.
  }
}
