/** What a token bucket is made of. */
export interface BucketOptions {
  /** What flows in per second. */
  readonly rate: number;
  /** What it holds, and has at the start. */
  readonly burst: number;
}

/** How much may be taken at a time: a rate, and a burst of what was not taken before. */
export class TokenBucket {
  readonly #rate: number;
  readonly #burst: number;
  #tokens: number;
  #filled: number;

  /** @param now milliseconds */
  constructor({ rate, burst }: BucketOptions, now: number) {
    this.#rate = rate;
    this.#burst = burst;
    this.#tokens = burst;
    this.#filled = now;
  }

  /** Takes what is to be used, if it is there. @returns whether it was */
  tryTake(amount: number, now: number): boolean {
    this.#tokens = Math.min(this.#burst, this.#tokens + ((now - this.#filled) / 1000) * this.#rate);
    this.#filled = now;
    if (this.#tokens < amount) return false;
    this.#tokens -= amount;
    return true;
  }
}
