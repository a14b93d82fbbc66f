/** What a token bucket is made of. */
export interface BucketOptions {
  /** What flows in per second. */
  readonly rate: number;
  /** What it holds, and has at the start. Default: what flows in in a second. */
  readonly burst?: number | undefined;
}

/** How much may be taken at a time: a rate, and a burst of what was not taken before. */
export class TokenBucket {
  readonly #rate: number;
  readonly #burst: number;
  #tokens: number;
  #filled: number;
  #lowSince: number | undefined;

  /** @param now milliseconds */
  constructor({ rate, burst = rate }: BucketOptions, now: number) {
    this.#rate = rate;
    this.#burst = burst;
    this.#tokens = burst;
    this.#filled = now;
  }

  /** Takes what has been used already, even if it is not there: the bucket is in debt then. */
  take(amount: number, now: number): void {
    if (this.#rate === Number.POSITIVE_INFINITY) return;
    this.#fill(now);
    this.#tokens -= amount;
    if (this.#tokens >= this.#burst / 2) this.#lowSince = undefined;
    else this.#lowSince ??= now;
  }

  /** Takes what is to be used, if it is there. @returns whether it was */
  tryTake(amount: number, now: number): boolean {
    this.#fill(now);
    if (this.#tokens < amount) return false;
    this.#tokens -= amount;
    return true;
  }

  /** Milliseconds until its debt is paid; 0 when there is none. */
  get debt(): number {
    return this.#tokens >= 0 ? 0 : (-this.#tokens / this.#rate) * 1000;
  }

  /** For how many milliseconds it has not been half full, each time that something was taken. */
  lowFor(now: number): number {
    return this.#lowSince === undefined ? 0 : now - this.#lowSince;
  }

  #fill(now: number): void {
    this.#tokens = Math.min(this.#burst, this.#tokens + ((now - this.#filled) / 1000) * this.#rate);
    this.#filled = now;
  }
}
