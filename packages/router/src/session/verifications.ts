import type { Clock } from '../clock.js';

/** Runs when there is a place; `release` gives it back, once. */
type Work = (release: () => void) => void;

/**
 * How many logins are judged at a time: judging may ask a database, and everybody who can connect can make it ask. The
 * others wait in the order in which they came; a session has one of them waiting at most.
 */
export class Verifications {
  readonly #waiting = new Set<Work>();
  #running = 0;
  #filling = false;

  /**
   * @param most places
   * @param patience milliseconds after which a place is free again though its work has not released it
   */
  constructor(
    private readonly most: number,
    private readonly patience: number,
    private readonly clock: Clock,
  ) {}

  /** Runs `work` at once if there is a place. @returns what takes it out of the queue, where it has to wait */
  enter(work: Work): (() => void) | undefined {
    if (this.#waiting.size === 0 && this.#running < this.most) {
      this.#run(work);
      return undefined;
    }
    this.#waiting.add(work);
    return () => this.#waiting.delete(work);
  }

  /** A loop, because work that is done at once would make a recursion as deep as the queue is long. */
  #fill(): void {
    if (this.#filling) return;
    this.#filling = true;
    for (const work of this.#waiting) {
      if (this.#running >= this.most) break;
      this.#waiting.delete(work);
      this.#run(work);
    }
    this.#filling = false;
  }

  #run(work: Work): void {
    this.#running++;
    let held = true;
    let stopTimer = () => {};
    const release = () => {
      if (!held) return;
      held = false;
      stopTimer();
      this.#running--;
      this.#fill();
    };
    work(release);
    // Most are done by now, and need no timer.
    if (held) stopTimer = this.clock.after(this.patience, release);
  }
}
