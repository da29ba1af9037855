/** The one thing left on `window`: browser tests read the current connection's statistics. */

import type { Connection } from "../media/connection";

declare global {
  interface Window {
    stoa?: { peerConnection: RTCPeerConnection | null };
  }
}

export function expose(connection: Connection | null): void {
  window.stoa = { peerConnection: connection?.peer ?? null };
}
