/** My rooms in whatever calendar I keep: the address of a feed that only I know. */

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
    toast("Address copied.");
  };
  return (
    <section class="settings-part" aria-labelledby="calendar">
      <h2 id="calendar">Calendar</h2>
      <p>
        The rooms that you host, have a ticket for or want to be reminded of, in the calendar that
        you keep anyway. It follows when a room moves.
      </p>
      {url === null ? (
        <>
          <button type="button" class="button" aria-disabled={busy} onClick={() => act(make)}>
            <CalendarPlus aria-hidden="true" />
            Make an address
          </button>
          <p class="note">
            It is shown only once. If you have made one before, that one leads nowhere from then on.
          </p>
        </>
      ) : (
        <>
          <Field
            label="The address of your calendar"
            value={url}
            onValue={() => undefined}
            hint="Whoever has this address can read it: tell it to your calendar and to nobody else. You see it only now."
            input={{ readOnly: true, onFocus: (event) => event.currentTarget.select() }}
          />
          <div class="actions">
            <a class="button primary" href={url.replace(/^https?:/, "webcal:")}>
              <CalendarPlus aria-hidden="true" />
              Open in my calendar
            </a>
            <button type="button" class="button" onClick={() => act(() => copy(url))}>
              <Copy aria-hidden="true" />
              Copy
            </button>
            <button type="button" class="button quiet" onClick={() => setAsking(true)}>
              <RefreshCw aria-hidden="true" />
              Make another
            </button>
          </div>
        </>
      )}
      {asking && (
        <Confirm
          title="Make another address?"
          yes="Make another"
          no="Keep this one"
          onYes={make}
          onClose={() => setAsking(false)}
        >
          <p>Calendars that read the one before learn nothing new any more.</p>
        </Confirm>
      )}
    </section>
  );
}
