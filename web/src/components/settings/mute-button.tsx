/** Hear no more of a host's rooms, and still follow them. */

import { BellOff, BellRing } from "lucide-preact";
import { toast } from "../../room/toasts";
import { amend, settings } from "../../settings/mine";
import { withMuted } from "../../settings/notifications";
import type { Person } from "../../types";
import { useAct } from "../act";

export function MuteButton({ person }: { person: Person }) {
  const { busy, act } = useAct();
  const told = settings.value?.notifications;
  if (!told) return null;
  const muted = told.muted_hosts.includes(person.account_id);
  const Icon = muted ? BellRing : BellOff;
  const change = async () => {
    await amend((before) => ({
      ...before,
      notifications: withMuted(before.notifications, person.account_id, !muted),
    }));
    toast(`You ${muted ? "will" : "won't"} hear about ${person.name} ${muted ? "again" : "any more"}.`);
  };
  return (
    <button type="button" class="button quiet" aria-disabled={busy} onClick={() => act(change)}>
      <Icon aria-hidden="true" />
      {muted ? "Unmute alerts" : "Mute alerts"}
    </button>
  );
}
