/** Runs once, a number of milliseconds after its start or its last restart, unless it was stopped before. */
export class Countdown {
  #timer: Timer | undefined;

  constructor(
    private readonly milliseconds: number,
    private readonly run: () => void,
  ) {
    this.restart();
  }

  restart(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.run, Math.min(this.milliseconds, MAX_DELAY));
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}

/** The longest that a timer can run, about 25 days. */
const MAX_DELAY = 2 ** 31 - 1;
