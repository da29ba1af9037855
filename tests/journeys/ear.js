/* What a tab plays, as samples with the time of each; what it tells; when it asks for a microphone. */
(() => {
  const KEPT = 2000; // frames of 10 ms
  const LOUD = 0.01; // root mean square; a tone comes at 0.03 or more, silence at 0
  const AUDIBLE = 0.004; // amplitude of a tone

  const ear = { asked: 0, frames: [], told: new Set() };
  window.ear = ear;

  ear.last = (seconds) => {
    const frames = ear.frames.slice(-Math.round(seconds * 100));
    const samples = new Float32Array(frames.reduce((sum, frame) => sum + frame.samples.length, 0));
    let at = 0;
    for (const frame of frames) {
      samples.set(frame.samples, at);
      at += frame.samples.length;
    }
    return samples;
  };

  /* 16-bit samples, base64. */
  ear.recording = (seconds) => {
    const words = Int16Array.from(ear.last(seconds), (sample) => sample * 32767);
    let text = "";
    for (const byte of new Uint8Array(words.buffer)) text += String.fromCharCode(byte);
    return btoa(text);
  };

  /* Those of these frequencies that sounded in the last 200 ms without a break, all after `since`. */
  ear.tones = (frequencies, since) => {
    const recent = ear.frames.slice(-20);
    if (recent.length < 20 || recent[0].at < Math.max(since, Date.now() - 500)) return [];
    if (recent.some((frame) => frame.rms < LOUD)) return [];
    const samples = ear.last(0.2);
    const found = frequencies.map((frequency) => amplitude(samples, frequency));
    const least = Math.max(AUDIBLE, Math.max(...found) / 5);
    return frequencies.filter((_, index) => found[index] > least);
  };

  ear.silentFor = (milliseconds) => {
    const loud = ear.frames.findLast((frame) => frame.rms >= LOUD);
    return Date.now() - (loud?.at ?? 0) > milliseconds;
  };

  /* The longest time without sound since `start`, in ms. */
  ear.longestGap = (start) => {
    const times = ear.frames.filter(({ at, rms }) => at >= start && rms >= LOUD);
    return Math.max(...times.map(({ at }, index) => at - (times[index - 1]?.at ?? start)));
  };

  /* Goertzel's algorithm. */
  function amplitude(samples, frequency) {
    const twice = 2 * Math.cos((2 * Math.PI * frequency) / 48000);
    let [last, before] = [0, 0];
    for (const sample of samples) [last, before] = [sample + twice * last - before, last];
    const power = last * last + before * before - twice * last * before;
    return (2 * Math.sqrt(Math.max(0, power))) / samples.length;
  }

  async function listen(element) {
    if (!("MediaStreamTrackProcessor" in window)) return; // Firefox: its statistics say how loud it is
    const [track] = element.srcObject.getAudioTracks();
    const { readable } = new MediaStreamTrackProcessor({ track, maxBufferSize: 100 });
    for await (const data of readable) {
      const samples = new Float32Array(data.numberOfFrames);
      data.copyTo(samples, { planeIndex: 0, format: "f32-planar" });
      data.close();
      // Only what comes out of the loudspeaker counts.
      if (element.paused || element.muted || element.srcObject?.getAudioTracks()[0] !== track) continue;
      for (const at of samples.keys()) samples[at] *= element.volume;
      const rms = Math.sqrt(samples.reduce((sum, one) => sum + one * one, 0) / samples.length);
      ear.frames.push({ at: Date.now(), rms, samples });
      if (ear.frames.length > KEPT) ear.frames.shift();
    }
  }

  const { play } = HTMLMediaElement.prototype;
  let heard = null;
  HTMLMediaElement.prototype.play = function () {
    if (this.srcObject && this.srcObject !== heard) {
      heard = this.srcObject;
      void listen(this);
    }
    return play.call(this);
  };

  const { mediaDevices } = navigator;
  const ask = mediaDevices?.getUserMedia.bind(mediaDevices);
  const count = (wanted) => {
    ear.asked += 1;
    return ask(wanted);
  };
  // Firefox has none on its blank page, which is not secure.
  if (mediaDevices) mediaDevices.getUserMedia = count;

  /* Some words stand there for a moment only. */
  new MutationObserver(() => {
    for (const status of document.querySelectorAll("[role=status]")) ear.told.add(status.innerText);
  }).observe(document, { subtree: true, childList: true, characterData: true });
})();
