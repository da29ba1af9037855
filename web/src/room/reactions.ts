/** Reactions in flight: each rises over its sender for a moment. */

import { signal } from "@preact/signals";

export interface Reaction {
  id: number;
  account_id: string;
  emoji: string;
}

export const EMOJI = [
  ["👏", "Clap"],
  ["❤️", "Love"],
  ["😂", "Laugh"],
  ["🔥", "Fire"],
  ["🤔", "Hmm"],
  ["🎉", "Celebrate"],
] as const;

export const FLIGHT = 2_400;
const AT_ONCE = 24;

export const reactions = signal<Reaction[]>([]);
let last = 0;

export function launch(account_id: string, emoji: string): void {
  const id = ++last;
  reactions.value = [...reactions.value, { id, account_id, emoji }].slice(-AT_ONCE);
  setTimeout(() => {
    reactions.value = reactions.value.filter((one) => one.id !== id);
  }, FLIGHT);
}
