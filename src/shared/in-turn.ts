/**
 * Work in turn: one piece after the other, in the order asked for. A piece that fails holds up none after it.
 */
export class InTurn {
  #last: Promise<unknown> = Promise.resolve();

  do<T>(piece: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(piece);
    this.#last = mine.catch(() => undefined);
    return mine;
  }
}
