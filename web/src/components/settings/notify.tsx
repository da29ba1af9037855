/** Of what I am told, and how. */

import {
  type Channel,
  type Notifications,
  type Occasion,
  withChannel,
} from "../../settings/notifications";
import { amend } from "../../settings/mine";
import { ways } from "../../settings/reach";
import { attempt } from "../act";
import { Check, Checks } from "../check";

const IN_THE_APP: readonly (readonly [Occasion, string])[] = [
  ["room_live", "Somebody I follow starts a room"],
  ["room_speaking", "Somebody I follow goes on stage"],
  ["invitations", "I am invited to speak"],
  ["tickets", "I get a ticket, or my money back"],
];

const BY_CHOICE: readonly (readonly [Occasion, string])[] = [
  ["reminders", "Remind me of rooms, unless I choose otherwise for one"],
  ["room_changed", "Tell me when a room I am waiting for is moved or cancelled"],
];

export function Notify({ told }: { told: Notifications }) {
  const choose = (occasion: Occasion, channel: Channel, wanted: boolean) =>
    void attempt(() =>
      amend((before) => ({
        ...before,
        notifications: withChannel(before.notifications, occasion, channel, wanted),
      })),
    );
  return (
    <>
      <fieldset class="checks">
        <legend>Tell me at the top of the page when</legend>
        {IN_THE_APP.map(([occasion, words]) => (
          <Check
            key={occasion}
            checked={told[occasion].includes("in_app")}
            onChecked={(wanted) => choose(occasion, "in_app", wanted)}
          >
            {words}
          </Check>
        ))}
      </fieldset>
      {BY_CHOICE.map(([occasion, words]) => (
        <Checks
          key={occasion}
          legend={words}
          options={ways([])}
          chosen={told[occasion]}
          onToggle={(channel, wanted) => choose(occasion, channel, wanted)}
        />
      ))}
    </>
  );
}
