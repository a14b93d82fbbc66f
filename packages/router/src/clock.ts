/** Time, as the router's timers see it; a test passes one of its own. */
export interface Clock {
  /** Milliseconds from any fixed point, never going back. */
  now(): number;
  /** Runs once after `milliseconds`, however many those are. @returns what cancels it */
  after(milliseconds: number, run: () => void): () => void;
}

/** The host's clock. Its timers keep no process alive: sockets and listeners do. */
export const systemClock: Clock = {
  now: () => performance.now(),
  after(milliseconds, run) {
    let timer: NodeJS.Timeout;
    const wait = (left: number) => {
      timer = setTimeout(() => (left > LONGEST ? wait(left - LONGEST) : run()), Math.min(left, LONGEST)).unref();
    };
    wait(milliseconds);
    return () => clearTimeout(timer);
  },
};

/** The longest that Node's timers wait, milliseconds; one that is set for longer fires at once. */
const LONGEST = 2 ** 31 - 1;
