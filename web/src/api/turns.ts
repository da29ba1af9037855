/** Requests of which the last has to win: each is sent once the one before has been answered. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  take<T>(request: () => Promise<T>): Promise<T> {
    const answer = this.#last.then(request);
    this.#last = answer.catch(() => undefined);
    return answer;
  }
}
