/** Notices that nothing arrives any more: a worker sends something every 400 ms, in silence too. */

export const LOOK_EVERY = 250;
const TELLING = 1_000;

export class Hush {
  #packets: number;
  #since: number;

  constructor(packets: number, now: number) {
    this.#packets = packets;
    this.#since = now;
  }

  /** So many packets have arrived by now (ms): "heard" if any are new, "gone" after a second. */
  look(packets: number, now: number): "heard" | "waiting" | "gone" {
    if (packets !== this.#packets) {
      this.#packets = packets;
      this.#since = now;
      return "heard";
    }
    return now - this.#since < TELLING ? "waiting" : "gone";
  }
}

/** How many RTP packets the receiver has been sent. */
export async function packetsReceived(receiver: RTCRtpReceiver): Promise<number> {
  let packets = 0;
  for (const one of (await receiver.getStats()).values()) {
    if (one.type === "inbound-rtp") packets += one.packetsReceived;
  }
  return packets;
}
