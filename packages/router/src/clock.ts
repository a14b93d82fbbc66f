/** Time, as the router's timers see it; a test passes one of its own. */
export interface Clock {
  /** Milliseconds from any fixed point, never going back. */
  now(): number;
  /** Runs once after `milliseconds`. @returns what cancels it */
  after(milliseconds: number, run: () => void): () => void;
}

/** The host's clock. Its timers keep no process alive: sockets and listeners do. */
export const systemClock: Clock = {
  now: () => performance.now(),
  after(milliseconds, run) {
    const timer = setTimeout(run, milliseconds);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
