/** A session, as far as it takes memory. */
export interface Queued {
  /** Bytes that wait in its queues, in either direction. */
  readonly queued: number;
  /** Ends it, and so frees them. @param total bytes in the queues of all sessions @param cap what is allowed */
  shed(total: number, cap: number): void;
}

/** What is left in the queues when some had to be freed, as a part of the cap; else it would be over again at once. */
const RELIEF = 0.75;

/**
 * Bounds what the queues of all sessions hold together: above the cap those with the longest queues are ended. Nothing
 * is counted message by message: since what was counted last has as much been added, at most, as was put into queues
 * since, there is nothing to count again before that could be too much.
 */
export class Pressure {
  readonly #cap: number;
  readonly #sessions: () => Iterable<Queued>;
  #headroom: number;
  #armed = false;

  constructor(cap: number, sessions: () => Iterable<Queued>) {
    this.#cap = cap;
    this.#sessions = sessions;
    this.#headroom = cap;
  }

  /** Something was put into a queue. */
  add(bytes: number): void {
    this.#headroom -= bytes;
    if (this.#headroom > 0 || this.#armed) return;
    this.#armed = true;
    // Behind this turn's writes, so that what the sockets take at once is not counted.
    setImmediate(() => {
      this.#armed = false;
      this.#count();
    });
  }

  #count(): void {
    const sessions = [...this.#sessions()].map((session) => ({ session, bytes: session.queued }));
    const total = sessions.reduce((sum, { bytes }) => sum + bytes, 0);
    let left = total;
    if (total > this.#cap) {
      sessions.sort((one, other) => other.bytes - one.bytes);
      for (const { session, bytes } of sessions) {
        if (left <= this.#cap * RELIEF) break;
        session.shed(total, this.#cap);
        left -= bytes;
      }
    }
    // Near the cap it is counted often, but never for every message.
    this.#headroom = Math.max(this.#cap - left, this.#cap / 32);
  }
}
