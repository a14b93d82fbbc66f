import type { Id } from '../wire/messages.js';

/** The ids that were added last, so many of them. */
export class RecentIds {
  readonly #ids = new Set<Id>();

  constructor(private readonly limit: number) {}

  has(id: Id): boolean {
    return this.#ids.has(id);
  }

  /** The oldest first. */
  list(): Id[] {
    return [...this.#ids];
  }

  add(id: Id): void {
    // Added again, it is the newest.
    this.#ids.delete(id);
    this.#ids.add(id);
    if (this.#ids.size <= this.limit) return;
    for (const oldest of this.#ids) {
      this.#ids.delete(oldest);
      return;
    }
  }
}
