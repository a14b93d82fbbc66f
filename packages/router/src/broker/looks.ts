import type { Clock } from '../clock.js';

/** Milliseconds between two looks. */
const PERIOD = 20;

/** Looks from time to time who has room again, while anybody waits for it: transports do not say when they have drained. */
export class Looks {
  #stop: (() => void) | undefined;

  /** @param look returns whether anybody is left who waits */
  constructor(
    private readonly clock: Clock,
    private readonly look: () => boolean,
  ) {}

  start(): void {
    this.#stop ??= this.clock.after(PERIOD, () => {
      this.#stop = undefined;
      if (this.look()) this.start();
    });
  }

  stop(): void {
    this.#stop?.();
    this.#stop = undefined;
  }
}
