/** Hosts of whose rooms I am told nothing. */

import { useEffect, useState } from "preact/hooks";
import { following } from "../../api/accounts";
import { amend } from "../../settings/mine";
import { withMuted } from "../../settings/notifications";
import type { Page, Person } from "../../types";
import { attempt } from "../act";
import { Face } from "../face";

/** Pages of 100 of those whom I follow, in search of names. */
const PAGES = 10;

export function MutedHosts({ ids }: { ids: readonly string[] }) {
  const people = useNames(ids);
  const unmute = (id: string) =>
    void attempt(() =>
      amend((before) => ({
        ...before,
        notifications: withMuted(before.notifications, id, false),
      })),
    );
  return (
    <div class="settings-group">
      <h3>Muted hosts</h3>
      {ids.length === 0 && (
        <p class="note">Nobody. You can mute a host on their profile, and still follow them.</p>
      )}
      <ul class="person-rows">
        {ids.map((id) => {
          const person = people.get(id);
          const name = person?.name ?? "Somebody whom you don't follow";
          return (
            <li key={id} class="person-row">
              {person && <Face person={person} size="s" />}
              <p>{name}</p>
              <button type="button" class="button small" onClick={() => unmute(id)}>
                Unmute<span class="hidden"> {name}</span>
              </button>
            </li>
          );
        })}
      </ul>
    </div>
  );
}

/** The API names accounts by their handles only: those whom I follow are found among them. */
function useNames(ids: readonly string[]): ReadonlyMap<string, Person> {
  const [people, setPeople] = useState<ReadonlyMap<string, Person>>(new Map());
  useEffect(() => {
    let wanted = true;
    const missing = ids.some((id) => !people.has(id));
    if (missing) void find(ids).then((found) => wanted && setPeople(found));
    return () => {
      wanted = false;
    };
  }, [ids.join(" ")]);
  return people;
}

async function find(ids: readonly string[]): Promise<ReadonlyMap<string, Person>> {
  const found = new Map<string, Person>();
  let cursor: string | null = null;
  try {
    for (let page = 0; page < PAGES && found.size < ids.length; page += 1) {
      const { items, next }: Page<Person> = await following(cursor);
      for (const person of items) {
        if (ids.includes(person.account_id)) found.set(person.account_id, person);
      }
      cursor = next;
      if (!cursor) break;
    }
  } catch {
    // Nameless they can be unmuted, too.
  }
  return found;
}
