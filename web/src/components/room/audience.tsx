/** The audience: faces of some, the number of all. */

import { Hand } from "lucide-preact";
import type { Roster } from "../../room/roster";
import { Avatar } from "../avatar";

interface Props {
  roster: Roster;
  onChoose: (accountId: string) => void;
}

export function Audience({ roster, onChoose }: Props) {
  const { audience, counts, you } = roster;
  const unseen = Math.max(0, counts.listeners - audience.length);
  return (
    <section class="audience" aria-labelledby="audience">
      <h2 id="audience">
        Audience <span class="count">{counts.listeners.toLocaleString()}</span>
      </h2>
      {audience.length === 0 && (
        <p class="note">Nobody is listening yet. Share the room to fill the benches.</p>
      )}
      <ul>
        {audience.map((member) => {
          const mine = member.account_id === you.account_id;
          const label = [member.name, mine && "you", member.hand && "hand raised"];
          return (
            <li key={member.account_id}>
              <button
                type="button"
                aria-label={label.filter(Boolean).join(", ")}
                onClick={() => onChoose(member.account_id)}
              >
                <span class="seat-face">
                  <Avatar person={member} size="m" />
                  {member.hand && (
                    <span class="seat-hand">
                      <Hand aria-hidden="true" />
                    </span>
                  )}
                </span>
                <span dir="auto">{mine ? "You" : member.name}</span>
              </button>
            </li>
          );
        })}
        {unseen > 0 && audience.length > 0 && <li class="unseen">+{unseen.toLocaleString()}</li>}
      </ul>
    </section>
  );
}
