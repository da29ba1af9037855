/** Settings of this device and of my account, and signing out. */

import { LogOut } from "lucide-preact";
import { useLocation } from "wouter-preact";
import { me, signOut } from "../auth/me";
import { useAct } from "../components/act";
import { Choice } from "../components/field";
import { CalendarFeed } from "../components/settings/calendar";
import { Told } from "../components/settings/told";
import { useTitle } from "../components/title";
import { leave } from "../room/current";
import { chooseTheme, theme } from "../theme";

const THEMES = [
  ["system", "As the system", "Follows your device."],
  ["light", "Light", "Plaster and ink."],
  ["dark", "Dark", "The porch at night."],
] as const;

export function SettingsPage() {
  useTitle("Settings");
  const [, navigate] = useLocation();
  const { busy, act } = useAct();
  const goodbye = async () => {
    leave();
    await signOut();
    navigate("/");
  };
  return (
    <div class="page narrow">
      <h1>Settings</h1>
      <div class="form">
        <Choice legend="Appearance" value={theme.value} onValue={chooseTheme} options={THEMES} />
        {me.value && <Told />}
        {me.value && <CalendarFeed />}
        {me.value && (
          <section class="settings-account" aria-label="Account">
            <p>
              Signed in as <strong>@{me.value.handle}</strong>
            </p>
            <button type="button" class="button" aria-disabled={busy} onClick={() => act(goodbye)}>
              <LogOut aria-hidden="true" />
              Sign out
            </button>
          </section>
        )}
      </div>
    </div>
  );
}
