/** Entries behind which the free places at the front are given up. */
const MANY = 1024;

/**
 * First in, first out, at a cost that does not grow with how many wait: an array that is taken from at its front moves
 * all the rest of a long one each time.
 */
export class Fifo<T> {
  #entries: (T | undefined)[] = [];
  #head = 0;

  get length(): number {
    return this.#entries.length - this.#head;
  }

  push(entry: T): void {
    this.#entries.push(entry);
  }

  /** Takes the first, if there is one. */
  shift(): T | undefined {
    if (this.length === 0) return undefined;
    const entry = this.#entries[this.#head];
    this.#entries[this.#head] = undefined;
    this.#head++;
    if (this.length === 0) this.#clear();
    else if (this.#head >= MANY && this.#head > this.length) {
      this.#entries = this.#entries.slice(this.#head);
      this.#head = 0;
    }
    return entry;
  }

  /** Takes all. */
  takeAll(): T[] {
    const all = [...this];
    this.#clear();
    return all;
  }

  *[Symbol.iterator](): Iterator<T> {
    for (let at = this.#head; at < this.#entries.length; at++) {
      const entry = this.#entries[at];
      if (entry !== undefined) yield entry;
    }
  }

  #clear(): void {
    this.#entries = [];
    this.#head = 0;
  }
}
