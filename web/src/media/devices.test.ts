/** What somebody chooses a microphone from. */

import { expect, test } from "vitest";
import { microphonesAmong } from "./devices";

const device = (deviceId: string, label = "", kind: MediaDeviceKind = "audioinput") =>
  ({ deviceId, label, kind }) as MediaDeviceInfo;

test("cameras, loudspeakers and the browser's aliases are none of them", () => {
  const all = [
    device("default", "Default - Headset"),
    device("communications", "Communications - Headset"),
    device("a", "Headset"),
    device("b", "Loudspeaker", "audiooutput"),
    device("c", "Camera", "videoinput"),
  ];

  expect(microphonesAmong(all)).toEqual([{ id: "a", name: "Headset" }]);
});

test("before one was allowed there is nothing to choose from", () => {
  expect(microphonesAmong([device("")])).toEqual([]);
});

test("one without a name has its number", () => {
  expect(microphonesAmong([device("a"), device("b")]).map(({ name }) => name)).toEqual([
    "Microphone 1",
    "Microphone 2",
  ]);
});
