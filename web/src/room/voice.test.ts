/** My voice as my role, my mute and others' invitations have it. */

import { signal } from "@preact/signals";
import { expect, test } from "vitest";
import type { MicrophoneState } from "../media/microphone";
import type { Role } from "../types";
import { Voice } from "./voice";

const TRACK = { kind: "audio" } as MediaStreamTrack;
const as = (role: Role, muted = false) => ({ role, muted });

/** One that is there at once, and what a voice wants of its connection. */
function inARoom() {
  const microphone = {
    profile: "voice" as const,
    state: signal<MicrophoneState>("off"),
    muted: true,
    opened: 0,
    open() {
      this.opened += 1;
      this.state.value = "on";
      return Promise.resolve(TRACK);
    },
    stop() {
      this.state.value = "off";
    },
  };
  const wanted: (MediaStreamTrack | null)[] = [];
  return { microphone, wanted, voice: new Voice((track) => wanted.push(track), microphone) };
}

test("who has asked to speak is heard at once, and after a reconnect", async () => {
  const { microphone, voice } = inARoom();

  voice.settle(as("speaker"), null);

  expect(await voice.track(as("speaker"), "voice")).toBe(TRACK);
  expect(microphone.muted).toBe(false);
});

test("who was brought up unasked has a closed microphone until they unmute", async () => {
  const { microphone, voice, wanted } = inARoom();
  voice.wait();

  voice.settle(as("speaker"), null);
  expect(await voice.track(as("speaker"), "voice")).toBeNull();
  expect(microphone.opened).toBe(0);

  expect(await voice.open()).toBe(true);
  voice.hush(false);
  voice.settle(as("speaker"), null);
  expect(wanted).toContain(TRACK);
  expect(microphone.muted).toBe(false);
});

test("who muted themselves stays silent whatever the room says", () => {
  const { microphone, voice } = inARoom();
  voice.hush(true);

  voice.settle(as("speaker", false), TRACK);

  expect(microphone.muted).toBe(true);
});

test("once it is stopped nothing opens the microphone any more", async () => {
  const { microphone, voice } = inARoom();
  voice.stop();

  expect(await voice.track(as("host"), "voice")).toBeNull();
  voice.settle(as("host"), null);
  expect(await voice.open()).toBe(false);

  expect(microphone.opened).toBe(0);
});

test("back in the audience the microphone is off, and the next time starts afresh", async () => {
  const { microphone, voice, wanted } = inARoom();
  await voice.open();
  voice.hush(true);

  voice.settle(as("listener"), TRACK);
  expect(microphone.state.value).toBe("off");
  expect(wanted.at(-1)).toBeNull();

  voice.settle(as("speaker"), null);
  expect(microphone.muted).toBe(false);
});
