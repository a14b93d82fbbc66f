/** What arrives, in order, to be awaited one by one. */
export class Inbox<T> {
  readonly #arrived: T[] = [];
  readonly #waiting: ((item: T) => void)[] = [];

  /** How many have arrived that nobody has taken. */
  get size(): number {
    return this.#arrived.length;
  }

  readonly push = (item: T): void => {
    const taker = this.#waiting.shift();
    if (taker) taker(item);
    else this.#arrived.push(item);
  };

  next(): Promise<T> {
    const [item] = this.#arrived.splice(0, 1);
    if (item !== undefined) return Promise.resolve(item);
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  async take(count: number): Promise<T[]> {
    const items: T[] = [];
    while (items.length < count) items.push(await this.next());
    return items;
  }
}
