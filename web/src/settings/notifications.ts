/** Of what I am told, how, and when not: the choices as pure changes. */

import type { components } from "../api/schema";

type Schemas = components["schemas"];

export type Channel = Schemas["Channel"];
/** Hours of every day, by the clock in `zone` (IANA), in which nothing is pushed. */
export type Quiet = Schemas["Quiet"];
/** By which channels I hear of each; by none: not at all. */
export type Notifications = Schemas["Notifications"];

export type Occasion = Exclude<keyof Notifications, "quiet" | "muted_hosts">;

export const CHANNELS: readonly (readonly [Channel, string])[] = [
  ["push", "Push"],
  ["email", "E-mail"],
  ["in_app", "In the app"],
];

/** The night, for somebody who has not said otherwise. */
export function usualQuiet(zone: string): Quiet {
  return { from: "22:00", to: "08:00", zone };
}

/** Why the hours can't be kept; null if they can. */
export function quietProblem({ from, to }: Quiet): string | null {
  if (!isTime(from) || !isTime(to)) return "Say from when to when.";
  return from === to ? "They end as they begin: is that always, or never?" : null;
}

export function withChannel(
  told: Notifications,
  occasion: Occasion,
  channel: Channel,
  wanted: boolean,
): Notifications {
  const others = told[occasion].filter((one) => one !== channel);
  return { ...told, [occasion]: wanted ? [...others, channel] : others };
}

export function withMuted(told: Notifications, hostId: string, muted: boolean): Notifications {
  const others = told.muted_hosts.filter((one) => one !== hostId);
  return { ...told, muted_hosts: muted ? [...others, hostId] : others };
}

function isTime(text: string): boolean {
  return /^([01]\d|2[0-3]):[0-5]\d$/.test(text);
}
