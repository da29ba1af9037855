/** What is heard: one audio element, which lives on while pages change. */

import { signal } from "@preact/signals";

export class Playback {
  /** The browser wants a tap before it plays sound. */
  readonly needsTap = signal(false);
  readonly #element = new Audio();

  constructor() {
    this.#element.autoplay = true;
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
