/** The hours in which no phone of mine makes a sound. */

import { useEffect, useState } from "preact/hooks";
import { zone, zoneInWords } from "../../room/schedule";
import { amend } from "../../settings/mine";
import { type Quiet, quietProblem, usualQuiet } from "../../settings/notifications";
import { attempt } from "../act";
import { Check } from "../check";
import { Field } from "../field";

export function QuietHours({ quiet }: { quiet: Quiet | null }) {
  const [draft, setDraft] = useState(quiet);
  useEffect(() => setDraft(quiet), [quiet]);
  const save = (wanted: Quiet | null) => {
    setDraft(wanted);
    if (wanted && quietProblem(wanted)) return;
    void attempt(() =>
      amend((before) => ({
        ...before,
        notifications: { ...before.notifications, quiet: wanted },
      })),
    );
  };
  const here = zone();
  return (
    <div class="settings-group">
      <Check
        checked={draft !== null}
        onChecked={(wanted) => save(wanted ? usualQuiet(here) : null)}
      >
        Quiet hours
        <small>No push messages to your phones then. Alerts on this page still come.</small>
      </Check>
      {draft && (
        <>
          <div class="field-pair even">
            <Field
              label="From"
              value={draft.from}
              onValue={(from) => save({ ...draft, from })}
              input={{ type: "time", required: true }}
            />
            <Field
              label="To"
              value={draft.to}
              onValue={(to) => save({ ...draft, to })}
              input={{ type: "time", required: true }}
            />
          </div>
          <p class={quietProblem(draft) ? "note error" : "note"} role="status">
            {quietProblem(draft) ?? `By the clock of ${zoneInWords(new Date(), draft.zone)}.`}
          </p>
          {draft.zone !== here && (
            <button
              type="button"
              class="button small"
              onClick={() => save({ ...draft, zone: here })}
            >
              Use the clock of {zoneInWords(new Date())}
            </button>
          )}
        </>
      )}
    </div>
  );
}
