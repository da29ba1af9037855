/** My rooms in whatever calendar I keep: the link to a feed that only I know. */

import { CalendarPlus, Copy, RefreshCw } from "lucide-preact";
import { useState } from "preact/hooks";
import { newFeed } from "../../api/reminders";
import { toast } from "../../room/toasts";
import { useAct } from "../act";
import { Confirm } from "../confirm";
import { Field } from "../field";

export function CalendarFeed() {
  const [url, setUrl] = useState<string | null>(null);
  const [asking, setAsking] = useState(false);
  const { busy, act } = useAct();
  const make = async () => setUrl((await newFeed()).url);
  const copy = async (address: string) => {
    await navigator.clipboard.writeText(address);
    toast("Link copied.");
  };
  return (
    <section class="settings-part" aria-labelledby="calendar">
      <h2 id="calendar">Calendar</h2>
      <p>
        See the rooms that you host, have a ticket for or set a reminder for in your own calendar.
        When a room moves, it moves there, too.
      </p>
      {url === null ? (
        <>
          <button type="button" class="button" aria-disabled={busy} onClick={() => act(make)}>
            <CalendarPlus aria-hidden="true" />
            Get calendar link
          </button>
          <p class="note">
            You see the link only once. A new link replaces the one you had before.
          </p>
        </>
      ) : (
        <>
          <Field
            label="Your calendar link"
            value={url}
            onValue={() => undefined}
            hint="Anyone who has this link can see your rooms, so keep it to yourself. Copy it now: it won't be shown again."
            input={{ readOnly: true, onFocus: (event) => event.currentTarget.select() }}
          />
          <div class="actions">
            <a class="button primary" href={url.replace(/^https?:/, "webcal:")}>
              <CalendarPlus aria-hidden="true" />
              Add to my calendar
            </a>
            <button type="button" class="button" onClick={() => act(() => copy(url))}>
              <Copy aria-hidden="true" />
              Copy
            </button>
            <button type="button" class="button quiet" onClick={() => setAsking(true)}>
              <RefreshCw aria-hidden="true" />
              Replace link
            </button>
          </div>
        </>
      )}
      {asking && (
        <Confirm
          title="Replace the link?"
          yes="Replace link"
          no="Keep this one"
          onYes={make}
          onClose={() => setAsking(false)}
        >
          <p>Calendars that use the old link won't be updated any more.</p>
        </Confirm>
      )}
    </section>
  );
}
