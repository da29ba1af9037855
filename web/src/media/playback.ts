/** What is heard: one audio element, which lives on while pages change. */

import { signal } from "@preact/signals";

const KEY = "stoa.volume";

export class Playback {
  /** The browser wants a tap before it plays sound. */
  readonly needsTap = signal(false);
  /** From 0 to 1, kept on this device. */
  readonly volume = signal(kept());
  /** Some phones leave the volume to their buttons. */
  readonly adjustable: boolean;
  readonly #element = new Audio();

  constructor() {
    this.#element.autoplay = true;
    this.#element.volume = 0;
    this.adjustable = this.#element.volume === 0;
    this.#element.volume = this.volume.peek();
  }

  setVolume(volume: number): void {
    this.volume.value = volume;
    this.#element.volume = volume;
    localStorage.setItem(KEY, String(volume));
  }

  play(stream: MediaStream): void {
    this.#element.srcObject = stream;
    this.resume();
  }

  /** Call from a tap when `needsTap`. */
  resume(): void {
    this.#element.play().then(
      () => {
        this.needsTap.value = false;
      },
      (error: unknown) => {
        // AbortError only says that a newer stream took this one's place.
        if (error instanceof DOMException && error.name === "NotAllowedError") {
          this.needsTap.value = true;
        }
      },
    );
  }

  stop(): void {
    this.#element.pause();
    this.#element.srcObject = null;
    this.needsTap.value = false;
  }
}

function kept(): number {
  const volume = Number(localStorage.getItem(KEY) ?? 1);
  return volume >= 0 && volume <= 1 ? volume : 1;
}
