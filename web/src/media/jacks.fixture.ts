/** What a microphone is tested against: devices that are plugged in and pulled out. */

export class Track {
  readonly kind = "audio";
  readonly label: string;
  enabled = true;
  readyState: MediaStreamTrackState = "live";
  onended: (() => void) | null = null;
  readonly #deviceId: string;

  constructor(deviceId: string) {
    this.#deviceId = deviceId;
    this.label = deviceId.toUpperCase();
  }

  getSettings(): MediaTrackSettings {
    return { deviceId: this.#deviceId };
  }

  stop(): void {
    this.readyState = "ended";
  }
}

/** The first of `plugged` is the system's choice. */
export class Jacks extends EventTarget {
  plugged: string[];
  /** Those that another program holds. */
  held: string[] = [];
  /** Whether one that is opened ends the others, as on some phones. */
  oneAtATime = false;
  readonly given: Track[] = [];
  readonly #shelf = new Map<string, string>();
  /** Answers wait for this. */
  answers: Promise<unknown> = Promise.resolve();

  constructor(...plugged: string[]) {
    super();
    this.plugged = plugged;
  }

  get live(): Track[] {
    return this.given.filter(({ readyState }) => readyState === "live");
  }

  /** As a browser keeps it. */
  readonly shelf = {
    getItem: (name: string) => this.#shelf.get(name) ?? null,
    setItem: (name: string, value: string) => void this.#shelf.set(name, value),
    removeItem: (name: string) => void this.#shelf.delete(name),
  };

  async getUserMedia({ audio }: MediaStreamConstraints = {}): Promise<MediaStream> {
    await this.answers;
    if (this.oneAtATime) this.live.forEach(end);
    const { deviceId } = audio as MediaTrackConstraints;
    const exact = (deviceId as ConstrainDOMStringParameters | undefined)?.exact as
      string | undefined;
    if (exact !== undefined && !this.plugged.includes(exact)) {
      throw new DOMException("", "OverconstrainedError");
    }
    const wanted = exact ?? this.plugged[0];
    if (wanted === undefined) throw new DOMException("", "NotFoundError");
    if (this.held.includes(wanted)) throw new DOMException("", "NotReadableError");
    const track = new Track(wanted);
    this.given.push(track);
    return { getAudioTracks: () => [track as unknown as MediaStreamTrack] } as MediaStream;
  }

  async enumerateDevices(): Promise<MediaDeviceInfo[]> {
    return this.plugged.map(
      (deviceId) => ({ deviceId, kind: "audioinput", label: deviceId }) as MediaDeviceInfo,
    );
  }

  plug(device: string): void {
    this.plugged.push(device);
    this.dispatchEvent(new Event("devicechange"));
  }

  /** Its tracks end, as browsers have it. */
  pull(device: string): void {
    this.plugged = this.plugged.filter((one) => one !== device);
    this.live.filter((track) => track.getSettings().deviceId === device).forEach(end);
    this.dispatchEvent(new Event("devicechange"));
  }
}

/** As it ends by itself, which `stop` does not tell. */
function end(track: Track): void {
  track.readyState = "ended";
  track.onended?.();
}
