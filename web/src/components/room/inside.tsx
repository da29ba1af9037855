/** The room while I am in it: stage, hands, audience, and my controls. */

import { useEffect, useState } from "preact/hooks";
import { ByHand, writing } from "../../captions/by-hand";
import { CaptionPanel } from "../../captions/panel";
import { style } from "../../captions/preferences";
import { pigment } from "../../room/pigment";
import { find, type Roster } from "../../room/roster";
import type { Standing } from "../../room/standing";
import type { Visit } from "../../room/visit";
import { type Member, runsRoom } from "../../types";
import { Audience } from "./audience";
import { Banners } from "./banners";
import { Controls } from "./controls";
import { Flights } from "./flights";
import { Hands } from "./hands";
import { PanelHead } from "./panel-head";
import { PersonSheet } from "./person-sheet";
import { Quality } from "./quality";
import { Stage } from "./stage";

interface Props {
  visit: Visit;
  roster: Roster;
  standing: Standing;
}

export function Inside({ visit, roster, standing }: Props) {
  const [chosen, setChosen] = useState<string | null>(null);
  const person = chosen === null ? undefined : find(roster, chosen);
  // Whoever leaves takes their sheet with them, and comes back without it.
  useEffect(() => setChosen(person?.account_id ?? null), [person?.account_id]);
  const runs = runsRoom(roster.you.role);
  const captioned =
    roster.room.captions.enabled || visit.captions.transcript.value.lines.length > 0;
  const captioning = writing.value === roster.room.room_id;
  const aside = runs || captioning || (captioned && style.value.shown);
  return (
    <div class={aside ? "page room inside with-side" : "page room inside"}>
      <div class="hall">
        <section
          class="panel painted arcade"
          data-pigment={pigment(roster.room.room_id)}
          data-dim={standing.kind !== "in" || undefined}
          aria-label="Stage"
        >
          <PanelHead room={roster.room} counts={roster.counts}>
            <Quality watch={visit.quality} roster={roster} />
          </PanelHead>
          <Stage roster={roster} onChoose={setChosen} />
        </section>
        <Audience roster={roster} onChoose={setChosen} />
      </div>
      <Banners visit={visit} standing={standing} />
      <div class="side">
        {runs && <Hands roster={roster} onChoose={setChosen} />}
        {captioned && (
          <CaptionPanel
            source={visit.captions}
            you={{ account_id: roster.you.account_id, runs }}
            live
          />
        )}
        {captioning && <ByHand source={visit.captions} roster={roster} />}
      </div>
      <Flights stage={roster.stage} />
      <Controls visit={visit} roster={roster} />
      {person && (
        <PersonSheet
          key={person.account_id}
          visit={visit}
          person={"role" in person ? person : asListener(person)}
          roster={roster}
          onClose={() => setChosen(null)}
        />
      )}
    </div>
  );
}

/** Somebody in the queue whom we have not met in the audience's first page. */
function asListener(hand: Omit<Member, "role" | "muted" | "hand">): Member {
  return { ...hand, role: "listener", muted: true, hand: true };
}
