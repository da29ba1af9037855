/** Reactions rising: over their sender on stage, or beside the controls for the audience. */

import { reactions } from "../../room/reactions";
import type { Member } from "../../types";

export function FlightsOf({ accountId }: { accountId: string }) {
  const mine = reactions.value.filter((one) => one.account_id === accountId);
  return (
    <>
      {mine.map((one) => (
        <Flight key={one.id} id={one.id} emoji={one.emoji} />
      ))}
    </>
  );
}

export function Flights({ stage }: { stage: Member[] }) {
  const onStage = new Set(stage.map((member) => member.account_id));
  const others = reactions.value.filter((one) => !onStage.has(one.account_id));
  return (
    <div class="flights" aria-hidden="true">
      {others.map((one) => (
        <Flight key={one.id} id={one.id} emoji={one.emoji} />
      ))}
    </div>
  );
}

/** Its number spreads neighbours sideways. */
function Flight({ id, emoji }: { id: number; emoji: string }) {
  return (
    <span class="flight" aria-hidden="true" style={{ "--drift": `${((id * 37) % 48) - 24}px` }}>
      {emoji}
    </span>
  );
}
