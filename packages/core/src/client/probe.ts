import { after } from '../transport/after.js';
import type { Vitals } from '../transport/heartbeat.js';
import { DEFAULT_TIMEOUT } from '../transport/heartbeat.js';

/** A connection as its heartbeat sees it. */
export interface Patient {
  /** Whether its transport has a ping, which costs the peer nothing. */
  readonly pings: boolean;
  vitals(): Vitals;
  /** Asks the peer for a sign of life, by whatever it has to answer to. */
  ask(): void;
  /** Told when it gave none in so many milliseconds. */
  lost(timeout: number): void;
}

/** What finds out whether the peer of one connection still lives. */
export interface Pulsing {
  /** Asks at once, if it is not waiting for an answer already. */
  probe(): void;
  stop(): void;
}

/** How a client finds out about a router that is silent; `heartbeat()` is one that asks by itself. */
export type Watch = (patient: Patient) => Pulsing;

/** Asks only when it is told to, as a page does that comes back to life, and gives 10 s to answer. */
export const probing: Watch = (patient) => {
  let stopTimer: (() => void) | undefined;
  return {
    probe() {
      if (stopTimer) return;
      const { received } = patient.vitals();
      const look = (certain: boolean) => () => {
        const silent = patient.vitals().received === received;
        // An answer may wait in the socket: a turn of the event loop later it has been read.
        stopTimer = silent && !certain ? after(0, look(true)) : undefined;
        if (silent && certain) patient.lost(DEFAULT_TIMEOUT);
      };
      stopTimer = after(DEFAULT_TIMEOUT, look(false));
      patient.ask();
    },
    stop: () => stopTimer?.(),
  };
};
