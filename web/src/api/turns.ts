/** Requests of which the last has to win: each is sent once the one before has been answered. */
export class Turns {
  #last: Promise<unknown> | null = null;

  /** At once, if none is under way. */
  take<T>(request: () => Promise<T>): Promise<T> {
    const answer = this.#last ? this.#last.then(request) : request();
    const last: Promise<unknown> = answer
      .catch(() => undefined)
      .then(() => {
        if (this.#last === last) this.#last = null;
      });
    this.#last = last;
    return answer;
  }
}
