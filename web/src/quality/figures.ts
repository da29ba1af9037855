/** How my connection does, from the browser's statistics (W3C webrtc-stats). */

/** What has come in so far, and how it comes just now. Times in seconds, sound in samples. */
export interface Sample {
  received: number;
  lost: number;
  samples: number;
  concealed: number;
  /** What all samples together have waited in the jitter buffer, and how many left it. */
  waited: number;
  emitted: number;
  jitter: number;
  roundTrip: number | null;
}

/** Shares are 0 to 1, times in milliseconds; null for what is not known. */
export interface Figures {
  roundTrip: number | null;
  loss: number | null;
  concealed: number | null;
  jitter: number | null;
  buffered: number | null;
}

/** Samples that are kept: the last ten seconds, one every two. */
const KEPT = 6;

/** The sample in a connection's statistics; null before anything has come. */
export function readSample(stats: Iterable<Record<string, unknown>>): Sample | null {
  let inbound: Record<string, unknown> | undefined;
  let pair: Record<string, unknown> | undefined;
  for (const report of stats) {
    if (report.type === "inbound-rtp" && report.kind === "audio") inbound = report;
    if (report.type === "candidate-pair" && report.nominated && report.state === "succeeded")
      pair = report;
  }
  if (!inbound) return null;
  const from = inbound;
  const number = (name: string) => (typeof from[name] === "number" ? from[name] : 0);
  const roundTrip = pair?.currentRoundTripTime;
  return {
    received: number("packetsReceived"),
    lost: number("packetsLost"),
    samples: number("totalSamplesReceived"),
    // While nobody talks hardly anything is sent, and silence is made up, as it should be.
    concealed: number("concealedSamples") - number("silentConcealedSamples"),
    waited: number("jitterBufferDelay"),
    emitted: number("jitterBufferEmittedCount"),
    jitter: number("jitter"),
    roundTrip: typeof roundTrip === "number" ? roundTrip : null,
  };
}

/** The samples with one more; those of a connection before this one are no use any more. */
export function withSample(samples: readonly Sample[], next: Sample): Sample[] {
  const last = samples.at(-1);
  const other = last && (next.received < last.received || next.samples < last.samples);
  return [...(other ? [] : samples), next].slice(-KEPT);
}

/** What happened from the first sample to the last; null until there are two. */
export function figures(samples: readonly Sample[]): Figures | null {
  const [first] = samples;
  const last = samples.at(-1);
  if (!first || !last || first === last) return null;
  const grown = (name: "received" | "lost" | "samples" | "concealed" | "waited" | "emitted") =>
    // Packets that were taken for lost and came late, and silence found out later, count back.
    Math.max(0, last[name] - first[name]);
  return {
    roundTrip: last.roundTrip === null ? null : 1000 * last.roundTrip,
    loss: share(grown("lost"), grown("lost") + grown("received")),
    concealed: share(grown("concealed"), grown("samples")),
    jitter: 1000 * last.jitter,
    buffered: share(1000 * grown("waited"), grown("emitted")),
  };
}

function share(part: number, whole: number): number | null {
  return whole > 0 ? part / whole : null;
}
