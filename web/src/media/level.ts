/** How loud a microphone is, while somebody looks. */

const LOOK_EVERY = 100;
/** So much below the loudest, in dB, counts as silence. */
const RANGE = 54;
const WINDOW = 2048;

/** From 0, which nobody hears, to 1, as loud as can be: as ears count, by the ratio. */
export function loudness(samples: Float32Array): number {
  const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
  return Math.min(1, Math.max(0, 1 + (10 * Math.log10(power)) / RANGE));
}

/**
 * Tells the track's loudness ten times a second, until the function that it gives is called; nothing
 * where the browser can't measure it, as without any loudspeaker.
 */
export function watchLevel(track: MediaStreamTrack, tell: (level: number) => void): () => void {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = WINDOW;
  context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
  const samples = new Float32Array(WINDOW);
  const timer = setInterval(() => {
    if (context.state !== "running") return;
    analyser.getFloatTimeDomainData(samples);
    tell(loudness(samples));
  }, LOOK_EVERY);
  return () => {
    clearInterval(timer);
    void context.close();
  };
}
