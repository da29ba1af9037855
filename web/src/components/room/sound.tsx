/** How I sound and how loud I hear: which microphone, whether it picks me up, and the volume. */

import { useEffect, useId, useState } from "preact/hooks";
import { DEFAULT } from "../../media/devices";
import { watchLevel } from "../../media/level";
import type { Microphone } from "../../media/microphone";
import type { Playback } from "../../media/playback";
import { toast } from "../../room/toasts";
import type { Visit } from "../../room/visit";
import { Dialog } from "../dialog";
import { Select } from "../field";

const STEPS = 20;

interface Props {
  visit: Visit;
  onClose: () => void;
}

export function SoundDialog({ visit, onClose }: Props) {
  const { microphone } = visit.voice;
  return (
    <Dialog title="Sound" onClose={onClose}>
      {microphone.state.value === "on" && <Chooser microphone={microphone} />}
      <Volume playback={visit.playback} />
    </Dialog>
  );
}

function Chooser({ microphone }: { microphone: Microphone }) {
  const devices = microphone.devices.value.map(({ id, name }) => [id, name] as const);
  const choose = async (id: string) => {
    if (!(await microphone.choose(id))) toast("That microphone can't be used just now.");
  };
  return (
    <>
      <Select
        label="Microphone"
        value={microphone.device.value}
        onValue={(id) => void choose(id)}
        options={[[DEFAULT, "System default"], ...devices]}
      />
      <Level microphone={microphone} />
    </>
  );
}

function Level({ microphone }: { microphone: Microphone }) {
  const [level, setLevel] = useState<number | null>(null);
  const track = microphone.track.value;
  useEffect(() => (track ? watchLevel(track, setLevel) : undefined), [track]);
  if (microphone.muted) return <p class="note">You are muted, so nobody hears you.</p>;
  if (level === null) return null;
  return (
    <div class="level">
      <div
        class="level-bar"
        role="meter"
        aria-label="How loud you are"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(level * 100)}
        style={{ "--level": level }}
      />
      <p class="note">Say something: if this moves, you are heard.</p>
    </div>
  );
}

function Volume({ playback }: { playback: Playback }) {
  const id = useId();
  const volume = playback.volume.value;
  if (!playback.adjustable) return <p class="note">Your device's buttons set the volume.</p>;
  return (
    <div class="field volume">
      <label for={id}>Volume</label>
      <input
        id={id}
        type="range"
        min={0}
        max={STEPS}
        value={Math.round(volume * STEPS)}
        aria-valuetext={`${Math.round(volume * 100)} per cent`}
        onInput={(event) => playback.setVolume(event.currentTarget.valueAsNumber / STEPS)}
      />
      <output for={id}>{Math.round(volume * 100)} %</output>
    </div>
  );
}
