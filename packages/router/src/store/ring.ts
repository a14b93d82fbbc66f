/** A queue whose entries have growing numbers, and that can be read from any of them on, either way. */
export class Ring<T extends { readonly seq: number }> {
  #entries: T[] = [];
  /** Those before it have left. */
  #first = 0;

  get length(): number {
    return this.#entries.length - this.#first;
  }

  get oldest(): T | undefined {
    return this.#entries[this.#first];
  }

  push(entry: T): void {
    this.#entries.push(entry);
  }

  shift(): void {
    if (this.length === 0) return;
    this.#first++;
    // Half of the array at a time, so that leaving costs next to nothing, and what left is let go before long.
    if (this.#first < 32 || this.#first * 2 < this.#entries.length) return;
    this.#entries = this.#entries.slice(this.#first);
    this.#first = 0;
  }

  /** Those with numbers between the two, which are excluded; the last one first where `reverse`. */
  *between(after: number, before: number, reverse: boolean): Generator<T, void> {
    const [from, to] = [this.#firstAbove(after), this.#firstAbove(before - 1) - 1];
    for (let at = reverse ? to : from; at >= from && at <= to; at += reverse ? -1 : 1) {
      const entry = this.#entries[at];
      if (entry) yield entry;
    }
  }

  /** Where the first entry with a number over `seq` is. */
  #firstAbove(seq: number): number {
    let [low, high] = [this.#first, this.#entries.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const entry = this.#entries[middle];
      if (entry && entry.seq > seq) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
