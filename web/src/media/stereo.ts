/** Two channels, where a room is for music (RFC 7587 section 6.1). */

import type { Profile } from "../types";

/** The offer, which says that Opus is wanted in stereo; Chromium takes it in mono otherwise. */
export function inStereo(offer: string): string {
  const opus = /^a=rtpmap:(\d+) opus\/48000\/2\r?$/im.exec(offer)?.[1];
  if (!opus) return offer;
  return offer.replace(new RegExp(`^(a=fmtp:${opus} )(?!.*stereo=1)`, "m"), "$1stereo=1;");
}

/** What a microphone is to be asked for: all that makes speech clear spoils music. */
export function wanted(profile: Profile): MediaTrackConstraints {
  const speech = profile === "voice";
  return {
    echoCancellation: speech,
    noiseSuppression: speech,
    autoGainControl: speech,
    ...(!speech && { channelCount: 2 }),
  };
}
