/** Clear words about what stands between a person and the sound, with the way out. */

import type { ComponentChildren } from "preact";
import { Mic, MicOff, RefreshCw, Volume2, VolumeX, WifiOff } from "lucide-preact";
import { useEffect, useState } from "preact/hooks";
import type { MicrophoneState } from "../../media/microphone";
import { leave, visit as current } from "../../room/current";
import type { Standing } from "../../room/standing";
import type { Visit } from "../../room/visit";
import { onStage } from "../../types";

const ASKING_AFTER = 600;

const LOST = "Connection lost. Reconnecting…";

const MICROPHONE: Partial<Record<MicrophoneState, string>> = {
  refused:
    "Your microphone is blocked, so nobody hears you. Allow it in the browser's address bar, then try again.",
  missing: "No microphone was found, so nobody hears you. Plug one in, then try again.",
  busy: "Another program holds the microphone. Close it there, then try again.",
};

export function Banners({ visit, standing }: { visit: Visit; standing: Standing }) {
  const you = visit.roster.value?.you;
  const microphone = visit.voice.microphone.state.value;
  const words = MICROPHONE[microphone];
  return (
    <div class="banners" role="status" aria-live="polite">
      {standing.kind === "reconnecting" && (
        <Banner icon={<WifiOff aria-hidden="true" />} words={LOST}>
          <button type="button" class="button small" onClick={() => visit.hurry()}>
            Try now
          </button>
        </Banner>
      )}
      {/* Who was inside had a place: to them the room is not full, but away. */}
      {standing.kind === "full" && <FullBanner words={LOST} retryAt={standing.retryAt} />}
      {visit.playback.needsTap.value && (
        <button type="button" class="button primary big" onClick={() => visit.playback.resume()}>
          <Volume2 aria-hidden="true" />
          Tap to hear
        </button>
      )}
      {visit.playback.volume.value === 0 && (
        <Banner icon={<VolumeX aria-hidden="true" />} words="You have turned the sound off.">
          <button type="button" class="button small" onClick={() => visit.playback.setVolume(1)}>
            Turn it on
          </button>
        </Banner>
      )}
      {you && onStage(you.role) && microphone === "asking" && <Asking />}
      {you && onStage(you.role) && words && (
        <Banner icon={<MicOff aria-hidden="true" />} words={words}>
          <button type="button" class="button small" onClick={() => void visit.voice.open()}>
            Try again
          </button>
        </Banner>
      )}
    </div>
  );
}

/** Only once the browser really asks: a permission given earlier answers at once. */
function Asking() {
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), ASKING_AFTER);
    return () => clearTimeout(timer);
  }, []);
  if (!shown) return null;
  return (
    <Banner
      icon={<Mic aria-hidden="true" />}
      words="Allow the microphone, and people will hear you."
    />
  );
}

export function FullBanner({ words, retryAt }: { words: string; retryAt: number }) {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  const seconds = Math.max(1, Math.ceil((retryAt - now) / 1000));
  return (
    <Banner icon={<RefreshCw aria-hidden="true" />} words={words}>
      {/* Counting aloud would be noise. */}
      <span aria-hidden="true">Next try in {seconds} s</span>
      <button type="button" class="button small" onClick={() => current.value?.hurry()}>
        Try now
      </button>
      <button type="button" class="button small quiet" onClick={leave}>
        Give up
      </button>
    </Banner>
  );
}

interface BannerProps {
  icon: ComponentChildren;
  words: string;
  children?: ComponentChildren;
}

function Banner({ icon, words, children }: BannerProps) {
  return (
    <div class="banner">
      {icon}
      <p>{words}</p>
      {children && <div class="banner-actions">{children}</div>}
    </div>
  );
}
