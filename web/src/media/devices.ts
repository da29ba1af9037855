/** The microphones that there are, as somebody chooses among them. */

export interface Device {
  id: string;
  name: string;
}

/** Not one of them, but whichever the system prefers. */
export const DEFAULT = "";

/** What Chromium calls one of the others by. */
const ALIASES = new Set(["default", "communications"]);

/** Without those that the browser keeps to itself: it names none before one was allowed. */
export function microphonesAmong(all: readonly MediaDeviceInfo[]): Device[] {
  const found = all.filter(({ kind, deviceId: id }) => kind === "audioinput" && id !== "");
  return found
    .filter(({ deviceId: id }) => !ALIASES.has(id))
    .map(({ deviceId: id, label }, at) => ({ id, name: label || `Microphone ${at + 1}` }));
}
