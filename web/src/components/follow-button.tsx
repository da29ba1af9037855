/** Follow or unfollow an account. */

import { UserCheck, UserPlus } from "lucide-preact";
import { followed, me, setFollowing } from "../auth/me";
import type { Person } from "../types";
import { useAct } from "./act";

interface Props {
  person: Person;
  onChange?: (() => void) | undefined;
  /** In a list, where the name stands beside it. */
  brief?: boolean;
}

/** Nothing for guests, oneself, or those without a handle. */
export function FollowButton({ person, onChange, brief = false }: Props) {
  const { busy, act } = useAct();
  const { handle } = person;
  if (!me.value || !handle || me.value.account_id === person.account_id) return null;
  const follows = followed.value.has(handle);
  const Icon = follows ? UserCheck : UserPlus;
  const look = follows ? "button quiet" : "button primary";
  const verb = follows ? "Unfollow" : "Follow";
  return (
    <button
      type="button"
      class={brief ? `${look} small` : look}
      aria-disabled={busy}
      aria-label={`${verb} ${person.name}`}
      onClick={() => act(() => setFollowing(handle, !follows).then(onChange))}
    >
      <Icon aria-hidden="true" />
      {brief ? verb : `${verb} ${person.name}`}
    </button>
  );
}
