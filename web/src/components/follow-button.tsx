/** Follow or unfollow an account. */

import { UserCheck, UserPlus } from "lucide-preact";
import { followed, me, setFollowing } from "../auth/me";
import type { Person } from "../types";
import { useAct } from "./act";

interface Props {
  person: Person;
  onChange?: () => void;
}

/** Nothing for guests, oneself, or those without a handle. */
export function FollowButton({ person, onChange }: Props) {
  const { busy, act } = useAct();
  const { handle } = person;
  if (!me.value || !handle || me.value.account_id === person.account_id) return null;
  const follows = followed.value.has(handle);
  const Icon = follows ? UserCheck : UserPlus;
  return (
    <button
      type="button"
      class={follows ? "button quiet" : "button primary"}
      aria-disabled={busy}
      onClick={() => act(() => setFollowing(handle, !follows).then(onChange))}
    >
      <Icon aria-hidden="true" />
      {follows ? `Unfollow ${person.name}` : `Follow ${person.name}`}
    </button>
  );
}
