/** When to be reminded of a room, and how: a choice before it is saved, and in words. Pure. */

import type { Channel } from "../settings/notifications";

/** Minutes before the start; 0 is when it really begins. */
export interface Draft {
  leads: number[];
  channels: Channel[];
}

export const LEADS: readonly (readonly [minutes: number, label: string])[] = [
  [0, "When it begins"],
  [5, "5 minutes before"],
  [10, "10 minutes before"],
  [30, "30 minutes before"],
  [60, "An hour before"],
  [1440, "A day before"],
];

/** The API's bound. */
const MOST_LEADS = 5;
const MINUTE = 60_000;

const BY: Record<Channel, string> = { push: "push", email: "e-mail", in_app: "in the app" };

/** Lead times that can still be kept, and those that are `set` whatever the clock says. */
export function leadsAhead(
  startsAt: string | null,
  set: readonly number[],
  now: number,
): typeof LEADS {
  const left = (Date.parse(startsAt ?? "") - now) / MINUTE;
  return LEADS.filter(([minutes]) => minutes === 0 || minutes < left || set.includes(minutes));
}

/** Why it can't be saved; null if it can. */
export function problem({ leads, channels }: Draft): string | null {
  if (leads.length === 0) return "Choose when to be reminded.";
  if (leads.length > MOST_LEADS) return `${MOST_LEADS} times at most, please.`;
  return channels.length === 0 ? "Choose how you want to hear of it." : null;
}

/** The list with the value, or without it. */
export function toggled<Value>(list: readonly Value[], value: Value, wanted: boolean): Value[] {
  const others = list.filter((one) => one !== value);
  return wanted ? [...others, value] : others;
}

/** "30 minutes before and when it begins, by push and e-mail". */
export function inWords({ leads, channels }: Draft): string {
  const when = [...leads].sort((one, other) => other - one).map(leadInWords);
  const how = channels.filter((one) => one !== "in_app").map((one) => BY[one]);
  const by = how.length > 0 ? [`by ${listed(how)}`] : [];
  const here = channels.includes("in_app") ? [BY.in_app] : [];
  return `${listed(when)}, ${listed([...by, ...here])}`;
}

function leadInWords(minutes: number): string {
  const known = LEADS.find(([lead]) => lead === minutes)?.[1];
  const words = known ?? `${minutes} minutes before`;
  return words.charAt(0).toLowerCase() + words.slice(1);
}

function listed(words: string[]): string {
  return new Intl.ListFormat("en").format(words);
}
