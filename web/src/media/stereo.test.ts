/** What a client offers and asks its microphone for, by the room's profile. */

import { expect, test } from "vitest";
import { inStereo, wanted } from "./stereo";

const offer = (...lines: string[]) => ["v=0", "m=audio 9 UDP/TLS/RTP/SAVPF 111 63", ...lines, ""].join("\r\n");
const RTPMAP = ["a=rtpmap:63 red/48000/2", "a=rtpmap:111 opus/48000/2", "a=fmtp:63 111/111"];

test("Opus is offered in stereo, and nothing else is touched", () => {
  const sdp = inStereo(offer(...RTPMAP, "a=fmtp:111 minptime=10;useinbandfec=1"));

  expect(sdp).toBe(offer(...RTPMAP, "a=fmtp:111 stereo=1;minptime=10;useinbandfec=1"));
});

test("who offers stereo anyhow, or no Opus, offers the same", () => {
  const firefox = offer(...RTPMAP, "a=fmtp:111 maxplaybackrate=48000;stereo=1;useinbandfec=1");
  const other = offer("a=rtpmap:9 G722/8000", "a=fmtp:9 x=1");

  expect(inStereo(firefox)).toBe(firefox);
  expect(inStereo(other)).toBe(other);
});

test("a microphone is left as it is for music, in stereo", () => {
  const { channelCount, ...cures } = wanted("music");

  expect(channelCount).toBe(2);
  expect(new Set(Object.values(cures))).toEqual(new Set([false]));
  expect(new Set(Object.values(wanted("voice")))).toEqual(new Set([true]));
});
