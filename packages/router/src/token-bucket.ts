/** What a token bucket is made of. */
export interface BucketOptions {
  /** Tokens that are added each second. */
  readonly rate: number;
  /** Tokens that it holds at most, and at the start. */
  readonly burst: number;
}

/** A token bucket: a rate that may be exceeded for as long as what was saved up lasts. */
export class TokenBucket {
  readonly #rate: number;
  readonly #burst: number;
  #tokens: number;
  #at: number;

  /** @param now milliseconds, as in every other method */
  constructor({ rate, burst }: BucketOptions, now: number) {
    this.#rate = rate;
    this.#burst = burst;
    this.#tokens = burst;
    this.#at = now;
  }

  /** What is in it, as a part of what it holds at most; below 0 while it owes something. */
  level(now: number): number {
    this.#fill(now);
    return this.#tokens / this.#burst;
  }

  /** Takes tokens if they are there. @returns whether they were */
  tryTake(tokens: number, now: number): boolean {
    this.#fill(now);
    if (this.#tokens < tokens) return false;
    this.#tokens -= tokens;
    return true;
  }

  /** Takes tokens whether they are there or not. @returns milliseconds until what it owes is paid, 0 if nothing is */
  take(tokens: number, now: number): number {
    this.#fill(now);
    this.#tokens -= tokens;
    return this.#tokens >= 0 ? 0 : (-this.#tokens / this.#rate) * 1000;
  }

  #fill(now: number): void {
    if (now <= this.#at) return;
    this.#tokens = Math.min(this.#burst, this.#tokens + ((now - this.#at) / 1000) * this.#rate);
    this.#at = now;
  }
}
