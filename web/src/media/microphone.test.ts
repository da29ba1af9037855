/** A microphone that is chosen, pulled out, muted and stopped: at most one track is live. */

import { expect, test } from "vitest";
import { DEFAULT } from "./devices";
import { Jacks } from "./jacks.fixture";
import { Microphone } from "./microphone";

/** And what was said of tracks that took another's place. */
function plugged(...devices: string[]) {
  const jacks = new Jacks(...devices);
  const microphone = new Microphone(jacks, jacks.shelf);
  const told: [label: string, unasked: boolean][] = [];
  microphone.replaced = ({ label }, unasked) => told.push([label, unasked]);
  return { jacks, microphone, told };
}

/** Everything that is under way has come to its end. */
const settled = () => new Promise((resolve) => setTimeout(resolve));

test("choosing another ends the former's track, and says which takes its place", async () => {
  const { jacks, microphone, told } = plugged("built-in", "headset");
  await microphone.open();

  expect(await microphone.choose("headset")).toBe(true);

  expect(jacks.live.map(({ label }) => label)).toEqual(["HEADSET"]);
  expect(told).toEqual([["HEADSET", false]]);
  expect(microphone.device.value).toBe("headset");
  expect(microphone.state.value).toBe("on");
});

test("a choice is kept: it is what is opened the next time, if it is there", async () => {
  const { jacks, microphone } = plugged("built-in", "headset");
  await microphone.open();
  await microphone.choose("headset");
  microphone.stop();

  const later = new Microphone(jacks, jacks.shelf);
  await later.open();
  expect(later.device.value).toBe("headset");
  later.stop();

  jacks.pull("headset");
  await later.open();
  expect(later.device.value).toBe(DEFAULT);
  expect(jacks.live.map(({ label }) => label)).toEqual(["BUILT-IN"]);
});

test("the system's choice can be gone back to", async () => {
  const { jacks, microphone } = plugged("built-in", "headset");
  await microphone.open();
  await microphone.choose("headset");
  await microphone.choose(DEFAULT);

  expect(jacks.live.map(({ label }) => label)).toEqual(["BUILT-IN"]);
  const later = new Microphone(jacks, jacks.shelf);
  await later.open();
  expect(later.device.value).toBe(DEFAULT);
});

test("one that is pulled out gives way to the system's choice, and is chosen still", async () => {
  const { jacks, microphone, told } = plugged("built-in", "headset");
  await microphone.open();
  await microphone.choose("headset");

  jacks.pull("headset");
  await settled();

  expect(told.at(-1)).toEqual(["BUILT-IN", true]);
  expect(microphone.device.value).toBe(DEFAULT);
  expect(microphone.state.value).toBe("on");
  expect(jacks.live).toHaveLength(1);
  jacks.plug("headset");
  microphone.stop();
  await microphone.open();
  expect(microphone.device.value).toBe("headset");
});

test("a device that is gone is noticed, though its track does not say so", async () => {
  const { jacks, microphone, told } = plugged("built-in", "headset");
  await microphone.open();
  await microphone.choose("headset");

  jacks.plugged = ["built-in"];
  jacks.dispatchEvent(new Event("devicechange"));
  await settled();

  expect(told.at(-1)).toEqual(["BUILT-IN", true]);
  expect(jacks.live).toHaveLength(1);
});

test("when the last one is pulled out there is none", async () => {
  const { jacks, microphone, told } = plugged("built-in");
  await microphone.open();

  jacks.pull("built-in");
  await settled();

  expect(microphone.state.value).toBe("missing");
  expect(told).toEqual([]);
  expect(await microphone.open()).toBeNull();
});

test("one that can't be had leaves the former as it was", async () => {
  const { jacks, microphone, told } = plugged("built-in", "headset");
  await microphone.open();
  jacks.held = ["headset"];

  expect(await microphone.choose("headset")).toBe(false);
  expect(await microphone.choose("unplugged")).toBe(false);

  expect(told).toEqual([]);
  expect(jacks.live.map(({ label }) => label)).toEqual(["BUILT-IN"]);
  expect(microphone.device.value).toBe(DEFAULT);
});

test("where one ends the other, a choice is a choice still, and one in vain gives way", async () => {
  const { jacks, microphone, told } = plugged("built-in", "headset", "desk");
  jacks.oneAtATime = true;
  jacks.held = ["desk"];
  await microphone.open();

  expect(await microphone.choose("headset")).toBe(true);
  expect(told).toEqual([["HEADSET", false]]);

  expect(await microphone.choose("desk")).toBe(false);
  await settled();
  expect(told.at(-1)).toEqual(["BUILT-IN", true]);
  expect(jacks.live).toHaveLength(1);
});

test("of choices in quick succession the last one counts, and no other track lives on", async () => {
  const { jacks, microphone } = plugged("built-in", "headset", "desk");
  await microphone.open();

  await Promise.all(["headset", "desk", "headset", "desk"].map((id) => microphone.choose(id)));

  expect(jacks.live.map(({ label }) => label)).toEqual(["DESK"]);
  expect(microphone.device.value).toBe("desk");
});

test("whoever is muted stays so with another one", async () => {
  const { jacks, microphone } = plugged("built-in", "headset");
  await microphone.open();
  microphone.muted = true;

  await microphone.choose("headset");

  expect(jacks.live.map(({ enabled }) => enabled)).toEqual([false]);
});

test("what is answered after the end is stopped", async () => {
  const { jacks, microphone, told } = plugged("built-in", "headset");
  await microphone.open();
  let answer = () => {};
  jacks.answers = new Promise<void>((resolve) => (answer = resolve));
  const choosing = microphone.choose("headset");
  await settled();

  microphone.stop();
  answer();
  await choosing;

  expect(jacks.live).toEqual([]);
  expect(told).toEqual([]);
  expect(microphone.state.value).toBe("off");
});

test("who comes back on stage while the browser still asks gets one track", async () => {
  const { jacks, microphone } = plugged("built-in");
  const first = microphone.open();
  microphone.stop();
  let answer = () => {};
  jacks.answers = new Promise<void>((resolve) => (answer = resolve));
  const second = microphone.open();
  expect(await first).toBeNull();

  const third = microphone.open();
  answer();

  expect(await second).not.toBeNull();
  expect(await third).toBe(await second);
  expect(jacks.live).toHaveLength(1);
  expect(microphone.state.value).toBe("on");
});

test("while one is open, those that there are stand to be chosen from", async () => {
  const { jacks, microphone } = plugged("built-in");
  await microphone.open();
  jacks.plug("headset");
  await settled();

  expect(microphone.devices.value.map(({ id }) => id)).toEqual(["built-in", "headset"]);
});
