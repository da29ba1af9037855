/** My voice as my role, my mute and others' invitations have it. */

import { expect, test } from "vitest";
import { Jacks } from "../media/jacks.fixture";
import { Microphone } from "../media/microphone";
import type { Role } from "../types";
import { toasts } from "./toasts";
import { Voice } from "./voice";

const as = (role: Role, muted = false) => ({ role, muted });

/** With two microphones there, and what a voice wants of its connection. */
function inARoom() {
  const jacks = new Jacks("built-in", "headset");
  const microphone = new Microphone(jacks, jacks.shelf);
  const wanted: (MediaStreamTrack | null)[] = [];
  const voice = new Voice((track) => wanted.push(track), microphone);
  return { jacks, microphone, wanted, voice };
}

test("who has asked to speak is heard at once, and after a reconnect", async () => {
  const { microphone, voice } = inARoom();

  voice.settle(as("speaker"), null);

  expect(await voice.track(as("speaker"), "voice")).toBe(microphone.track.value);
  expect(microphone.muted).toBe(false);
});

test("who was brought up unasked has a closed microphone until they unmute", async () => {
  const { jacks, microphone, voice, wanted } = inARoom();
  voice.wait();

  voice.settle(as("speaker"), null);
  expect(await voice.track(as("speaker"), "voice")).toBeNull();
  expect(jacks.given).toEqual([]);

  expect(await voice.open()).toBe(true);
  voice.hush(false);
  voice.settle(as("speaker"), null);
  expect(wanted).toContain(microphone.track.value);
  expect(microphone.muted).toBe(false);
});

test("who muted themselves stays silent whatever the room says", async () => {
  const { microphone, voice } = inARoom();
  await voice.open();
  voice.hush(true);

  voice.settle(as("speaker", false), microphone.track.value);

  expect(microphone.muted).toBe(true);
});

test("once it is stopped nothing opens the microphone any more", async () => {
  const { jacks, voice } = inARoom();
  voice.stop();

  expect(await voice.track(as("host"), "voice")).toBeNull();
  voice.settle(as("host"), null);
  expect(await voice.open()).toBe(false);

  expect(jacks.given).toEqual([]);
});

test("back in the audience the microphone is off, and the next time starts afresh", async () => {
  const { jacks, microphone, voice, wanted } = inARoom();
  await voice.open();
  voice.hush(true);

  voice.settle(as("listener"), microphone.track.value);
  expect(microphone.state.value).toBe("off");
  expect(jacks.live).toEqual([]);
  expect(wanted.at(-1)).toBeNull();

  voice.settle(as("speaker"), null);
  expect(microphone.muted).toBe(false);
});

test("whose microphone is pulled out speaks through another at once, and reads so", async () => {
  const { jacks, microphone, voice, wanted } = inARoom();
  await voice.open();
  await microphone.choose("headset");
  expect(wanted.at(-1)).toMatchObject({ label: "HEADSET" });

  jacks.pull("headset");
  await new Promise((resolve) => setTimeout(resolve));

  expect(wanted.at(-1)).toMatchObject({ label: "BUILT-IN", readyState: "live" });
  expect(toasts.value.at(-1)?.text).toContain("BUILT-IN takes its place");
});
