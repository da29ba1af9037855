/** My figures, as the browser's statistics tell them. */

import { expect, test } from "vitest";
import { figures, readSample, type Sample, withSample } from "./figures";

const SAMPLE: Sample = {
  received: 100,
  lost: 0,
  samples: 96_000,
  concealed: 0,
  waited: 4_800,
  emitted: 96_000,
  jitter: 0.004,
  roundTrip: 0.05,
};

const INBOUND = {
  type: "inbound-rtp",
  kind: "audio",
  packetsReceived: 100,
  packetsLost: 3,
  totalSamplesReceived: 96_000,
  concealedSamples: 960,
  silentConcealedSamples: 480,
  jitterBufferDelay: 4_800,
  jitterBufferEmittedCount: 96_000,
  jitter: 0.004,
};

test("a sample is what has come in, and the round trip of the way in use", () => {
  const pair = { type: "candidate-pair", state: "succeeded", currentRoundTripTime: 0.05 };

  const sample = readSample([
    { ...pair, nominated: false, currentRoundTripTime: 9 },
    INBOUND,
    { ...pair, nominated: true },
  ]);

  expect(sample).toEqual({ ...SAMPLE, lost: 3, concealed: 480 });
});

test("before sound can come in there is no sample, and no round trip before one was measured", () => {
  expect(readSample([{ type: "outbound-rtp", kind: "audio" }])).toBeNull();
  expect(readSample([INBOUND])?.roundTrip).toBeNull();
});

test("figures are of what happened since the first sample, not of what was before", () => {
  const first = { ...SAMPLE, lost: 50, concealed: 48_000 };
  const last = {
    received: 190,
    lost: 60,
    samples: 192_000,
    concealed: 52_800,
    waited: 14_400,
    emitted: 192_000,
    jitter: 0.01,
    roundTrip: 0.08,
  };

  expect(figures([first, last])).toEqual({
    roundTrip: 80,
    loss: 0.1,
    concealed: 0.05,
    jitter: 10,
    buffered: 100,
  });
});

test("one sample says nothing yet", () => {
  expect(figures([])).toBeNull();
  expect(figures([SAMPLE])).toBeNull();
});

test("while nothing comes nothing is known of its loss", () => {
  expect(figures([SAMPLE, { ...SAMPLE, roundTrip: null }])).toEqual({
    roundTrip: null,
    loss: null,
    concealed: null,
    jitter: 4,
    buffered: null,
  });
});

test("packets that came after all take their loss back", () => {
  const late = { ...SAMPLE, lost: -2, received: 150 };

  expect(figures([SAMPLE, late])?.loss).toBe(0);
});

test("ten seconds are kept", () => {
  let samples: Sample[] = [];
  for (let second = 0; second < 60; second += 2) {
    samples = withSample(samples, { ...SAMPLE, received: 100 + 50 * second });
  }

  expect(samples.at(-1)!.received - samples[0]!.received).toBe(50 * 10);
});

test("another connection begins anew", () => {
  const kept = withSample([SAMPLE, { ...SAMPLE, received: 200 }], { ...SAMPLE, received: 1 });

  expect(kept).toHaveLength(1);
});
