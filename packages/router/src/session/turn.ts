/** Tells the turns of the event loop apart, for all sessions of a router. */
export class Turn {
  #number = 0;
  #armed = false;
  #next: (() => void)[] = [];

  /** The number of the turn that runs now. */
  get number(): number {
    this.#arm();
    return this.#number;
  }

  /** Runs when every socket that had something to say has been read once more. */
  next(run: () => void): void {
    this.#arm();
    this.#next.push(run);
  }

  #arm(): void {
    if (this.#armed) return;
    this.#armed = true;
    setImmediate(() => {
      this.#armed = false;
      this.#number++;
      const due = this.#next;
      this.#next = [];
      for (const run of due) run();
    });
  }
}
