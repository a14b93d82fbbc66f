/** Entries that are added before a map is made anew, at least. */
const LEAST = 1000;

/**
 * A map for what comes and goes all the time, such as requests that wait for their answer; as `Map`, but that nothing
 * must be added while its values are gone through.
 *
 * When V8 moves a `Map`'s entries to a new table, the old table goes on pointing at the new one. Once a table has grown
 * old, each that follows outlives its use with all that was in it, until the whole heap is collected: the collector's
 * work for a call grows by more than all the rest of the call. So the entries move to a `Map` of their own now and then,
 * at which no old table points; what that takes is spread over at least twice as many additions as there are entries.
 */
export class TurnoverMap<K, V> {
  #entries = new Map<K, V>();
  #added = 0;

  get size(): number {
    return this.#entries.size;
  }

  get(key: K): V | undefined {
    return this.#entries.get(key);
  }

  has(key: K): boolean {
    return this.#entries.has(key);
  }

  set(key: K, value: V): this {
    if (++this.#added > Math.max(LEAST, 2 * this.size)) {
      this.#entries = new Map(this.#entries);
      this.#added = 0;
    }
    this.#entries.set(key, value);
    return this;
  }

  delete(key: K): boolean {
    return this.#entries.delete(key);
  }

  clear(): void {
    this.#entries.clear();
  }

  /** In the order of their coming; what is deleted while they are gone through is left out. */
  values(): Iterable<V> {
    return this.#entries.values();
  }
}
