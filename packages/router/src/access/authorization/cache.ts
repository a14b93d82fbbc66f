import type { Clock } from '../../clock.js';

/** How much a cache keeps, and for how long. */
export interface CacheOptions {
  /** Entries; beyond that the one that was asked for longest ago goes. Default 10 000; 0 keeps nothing. */
  readonly size?: number;
  /** Milliseconds that an entry is good for. Default 60 000. */
  readonly ttl?: number;
}

/** Answers by what was asked, bounded in number and in age. */
export class Cache<T extends object> {
  readonly #entries = new Map<string, { readonly value: T; readonly until: number }>();
  readonly #size: number;
  readonly #ttl: number;
  readonly #clock: Clock;

  constructor({ size = 10_000, ttl = 60_000 }: CacheOptions, clock: Clock) {
    this.#size = size;
    this.#ttl = ttl;
    this.#clock = clock;
  }

  get(key: string): T | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    this.#entries.delete(key);
    if (entry.until <= this.#clock.now()) return undefined;
    // To the end: what was asked for longest ago stands first.
    this.#entries.set(key, entry);
    return entry.value;
  }

  set(key: string, value: T): void {
    if (this.#size === 0) return;
    this.#entries.delete(key);
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size < this.#size) break;
      this.#entries.delete(oldest);
    }
    this.#entries.set(key, { value, until: this.#clock.now() + this.#ttl });
  }
}
