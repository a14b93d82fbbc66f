/** How much may be taken at a time: a rate, and a burst of what a second brings. */
export class TokenBucket {
  #tokens: number;
  #filled: number;
  #lowSince: number | undefined;

  /**
   * @param rate what flows in per second, and how much the bucket holds
   * @param now milliseconds
   */
  constructor(
    private readonly rate: number,
    now: number,
  ) {
    this.#tokens = rate;
    this.#filled = now;
  }

  /** Takes what has been used already, even if it is not there: the bucket is in debt then. */
  take(amount: number, now: number): void {
    if (this.rate === Number.POSITIVE_INFINITY) return;
    this.#tokens = Math.min(this.rate, this.#tokens + ((now - this.#filled) / 1000) * this.rate) - amount;
    this.#filled = now;
    if (this.#tokens >= this.rate / 2) this.#lowSince = undefined;
    else this.#lowSince ??= now;
  }

  /** Milliseconds until its debt is paid; 0 when there is none. */
  get debt(): number {
    return this.#tokens >= 0 ? 0 : (-this.#tokens / this.rate) * 1000;
  }

  /** For how many milliseconds it has not been half full, each time that something was taken. */
  lowFor(now: number): number {
    return this.#lowSince === undefined ? 0 : now - this.#lowSince;
  }
}
