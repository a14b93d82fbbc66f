import { after } from '../transport/after.js';

/** Runs once, a number of milliseconds after its start or its last restart, unless it was stopped before. */
export class Countdown {
  #stop: () => void = () => {};

  constructor(
    private readonly milliseconds: number,
    private readonly run: () => void,
  ) {
    this.restart();
  }

  restart(): void {
    this.#stop();
    this.#stop = after(this.milliseconds, this.run);
  }

  stop(): void {
    this.#stop();
  }
}
