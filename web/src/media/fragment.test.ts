/** ICE restart fragments, out of an offer and into an answer. */

import { expect, test } from "vitest";
import { restartedAnswer, restartFragment } from "./fragment";

const OFFER = [
  "v=0",
  "a=group:BUNDLE 0 1",
  "m=audio 9 UDP/TLS/RTP/SAVPF 111",
  "a=ice-ufrag:new",
  "a=ice-pwd:newpassword",
  "a=mid:0",
  "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
  "a=ice-ufrag:new",
  "a=ice-pwd:newpassword",
  "a=mid:1",
  "",
].join("\r\n");

const ANSWER = [
  "v=0",
  "m=audio 7000 UDP/TLS/RTP/SAVPF 111",
  "a=ice-ufrag:old",
  "a=ice-pwd:oldpassword",
  "a=candidate:1 1 udp 1 192.0.2.1 7000 typ host",
  "m=application 7000 UDP/DTLS/SCTP webrtc-datachannel",
  "a=ice-ufrag:old",
  "a=ice-pwd:oldpassword",
  "",
].join("\r\n");

test("a restart sends the bundle, its first m-line and the new credentials", () => {
  expect(restartFragment(OFFER).split("\r\n")).toEqual([
    "a=group:BUNDLE 0 1",
    "m=audio 9 UDP/TLS/RTP/SAVPF 111",
    "a=mid:0",
    "a=ice-ufrag:new",
    "a=ice-pwd:newpassword",
    "",
  ]);
});

test("the new credentials take the place of the old ones in every m-section", () => {
  const answer = restartedAnswer(ANSWER, "a=ice-ufrag:fresh\r\na=ice-pwd:secret\r\n");

  expect(answer.match(/a=ice-ufrag:fresh\r\na=ice-pwd:secret/g)).toHaveLength(2);
  expect(answer).not.toContain("old");
  expect(answer).toContain("192.0.2.1");
});

test("candidates of the fragment take the place of the old ones", () => {
  const moved = "a=candidate:2 1 udp 1 192.0.2.9 7001 typ host";

  const answer = restartedAnswer(ANSWER, `a=ice-ufrag:f\na=ice-pwd:p\n${moved}\n`);

  expect(answer).toContain(moved);
  expect(answer).not.toContain("192.0.2.1 ");
});

test("a fragment without credentials is refused", () => {
  expect(() => restartedAnswer(ANSWER, "a=ice-lite\r\n")).toThrow("no credentials");
});
