import type { Id } from './messages.js';

/** The largest id, 2^53 (spec: "Identifiers"). */
export const MAX_ID = 2 ** 53;

/** Whether a value off the wire is an id: an integer from 1 to 2^53. */
export function isId(value: unknown): value is Id {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= MAX_ID;
}

/**
 * An id of the global scope (session, publication): uniform over 1..2^53.
 * @param random a source of numbers in [0, 1); two draws make the 53 bits
 */
export function randomId(random: () => number = Math.random): Id {
  const high = Math.floor(random() * 2 ** 26);
  const low = Math.floor(random() * 2 ** 27);
  return high * 2 ** 27 + low + 1;
}

/** Ids of the session scope: 1, 2, 3 … in what one side sends (spec: "Identifiers"). */
export class RequestIds {
  #last = 0;

  next(): Id {
    this.#last = this.#last === MAX_ID ? 1 : this.#last + 1;
    return this.#last;
  }
}

/** The last so many ids of some kind, to know again what belongs to one of them. */
export class RecentIds {
  readonly #ids = new Set<Id>();

  /** @param limit how many are remembered; the oldest goes first */
  constructor(private readonly limit: number) {}

  add(id: Id): void {
    this.#ids.delete(id);
    this.#ids.add(id);
    const [oldest] = this.#ids;
    if (this.#ids.size > this.limit && oldest !== undefined) this.#ids.delete(oldest);
  }

  has(id: Id): boolean {
    return this.#ids.has(id);
  }

  /** The oldest first. */
  list(): Id[] {
    return [...this.#ids];
  }
}
