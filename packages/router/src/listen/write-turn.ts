import { Gatherer } from './gatherer.js';

/** Something with bytes to write at the end of this turn of the event loop. */
export interface Flushable {
  /** @param gatherer shared by all that write in this turn */
  flush(gatherer: Gatherer): void;
}

/**
 * Gathers who has something to write, and lets each write once, when the callbacks of this turn have run: after the
 * turn's last read and before the loop would wait, so nothing is delayed when there is no load.
 */
export class WriteTurn {
  readonly #gatherer = new Gatherer();
  #dirty: Flushable[] = [];

  /** To be called once per turn and connection. */
  add(connection: Flushable): void {
    if (this.#dirty.length === 0) setImmediate(() => this.#run());
    this.#dirty.push(connection);
  }

  #run(): void {
    const dirty = this.#dirty;
    this.#dirty = [];
    for (const connection of dirty) connection.flush(this.#gatherer);
    this.#gatherer.clear();
  }
}
