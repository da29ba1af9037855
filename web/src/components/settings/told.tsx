/** Notifications: of what, how, when not, and of whom not. */

import { settings } from "../../settings/mine";
import { MutedHosts } from "./muted";
import { Notify } from "./notify";
import { QuietHours } from "./quiet";

export function Told() {
  const told = settings.value?.notifications;
  return (
    <section class="settings-part" aria-labelledby="told" aria-busy={!told}>
      <h2 id="told">Notifications</h2>
      {told && (
        <>
          <Notify told={told} />
          <QuietHours quiet={told.quiet} />
          <MutedHosts ids={told.muted_hosts} />
        </>
      )}
    </section>
  );
}
