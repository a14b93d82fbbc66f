const MIB = 2 ** 20;

/**
 * What this process holds on to, in MiB, garbage excluded: the JavaScript heap and the buffers outside of it. Needs
 * `node --expose-gc`.
 */
function held() {
  globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / MIB;
}

/** Watches how much more memory this process holds than at the start, at its peak, while the event loop turns. */
export class MemoryWatch {
  #base = held();
  #peak = 0;
  #timer = setInterval(() => this.look(), 500);

  look() {
    this.#peak = Math.max(this.#peak, held() - this.#base);
  }

  /** Ends it. @returns {number} MiB */
  stop() {
    this.look();
    clearInterval(this.#timer);
    return Math.round(this.#peak * 10) / 10;
  }
}
