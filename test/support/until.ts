/** Until `holds` is true, looking after each turn of the event loop; what hangs is ended by the test's own timeout. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 1));
}

/** A list that can be waited for. */
export class Log<T> {
  readonly entries: T[] = [];

  readonly push = (entry: T): void => {
    this.entries.push(entry);
  };

  /** The first `count` entries, once there are so many. */
  async first(count: number): Promise<readonly T[]> {
    await until(() => this.entries.length >= count);
    return this.entries.slice(0, count);
  }
}
