/** What a room's log tells, as sentences. Pure. */

import type { LogEntry } from "../types";

/** What `by` did; `{}` is to whom. */
const DEEDS: Record<LogEntry["act"], string> = {
  opened: "opened the room",
  changed: "changed what the room is about, who may speak, or when it starts",
  started: "started the room",
  ended: "ended the room",
  taken_down: "took the room down, as a moderator",
  cancelled: "cancelled the room",
  called_off: "called the room off, since its host didn't come",
  took_stage: "went on stage",
  stepped_down: "left the stage",
  invited_up: "invited {} on stage",
  moved_down: "moved {} to the audience",
  named_cohost: "made {} a co-host",
  dismissed_cohost: "took being a co-host from {}",
  muted: "muted {}",
  muted_all: "muted everyone",
  removed: "removed {} from the room",
};

/** The sentence about an entry of the log, to the reader `me`. */
export function told({ act, by, whom }: LogEntry, me: string | undefined): string {
  const subject = by.account_id === me ? "You" : by.name;
  const object = whom?.account_id === me ? "you" : (whom?.name ?? "somebody");
  return `${subject} ${DEEDS[act].replace("{}", () => object)}`;
}
