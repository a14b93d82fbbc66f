import type { HeartbeatOptions, Pulse, Sighting } from '@wigwag/core/transport';
import { beat, firstPulse } from '@wigwag/core/transport';
import type { Clock } from '../clock.js';

/** A connection as the monitor sees it. */
export interface Monitored {
  sight(now: number): Sighting;
  ping(): void;
  terminate(): void;
}

/** Looks at all connections of a listener from time to time, with one timer for all. */
export class Monitor {
  readonly #connections = new Map<Monitored, Pulse>();
  #stopTimer: (() => void) | undefined;

  constructor(
    private readonly options: HeartbeatOptions,
    private readonly clock: Clock,
  ) {}

  add(connection: Monitored): void {
    if (this.options.interval <= 0) return;
    this.#connections.set(connection, firstPulse(connection.sight(this.clock.now())));
    if (!this.#stopTimer) this.#schedule();
  }

  remove(connection: Monitored): void {
    this.#connections.delete(connection);
    if (this.#connections.size > 0) return;
    this.#stopTimer?.();
    this.#stopTimer = undefined;
  }

  #schedule(): void {
    // Four looks per deadline: a dead peer is found at most a quarter later than the options say.
    const period = Math.max(1, Math.min(this.options.interval, this.options.timeout) / 4);
    this.#stopTimer = this.clock.after(period, () => {
      for (const connection of this.#connections.keys()) this.#look(connection, false);
      if (this.#connections.size > 0) this.#schedule();
      else this.#stopTimer = undefined;
    });
  }

  /** @param certain whether what the socket holds has been read since the deadline passed */
  #look(connection: Monitored, certain: boolean): void {
    const pulse = this.#connections.get(connection);
    if (!pulse) return;
    const [next, verdict] = beat(pulse, connection.sight(this.clock.now()), this.options);
    this.#connections.set(connection, next);
    if (verdict === 'ping') connection.ping();
    if (verdict !== 'dead') return;
    // This process may have been busy past the deadline, with the peer's answer waiting in the socket: after the
    // event loop's next round of reading it has been counted.
    if (certain) connection.terminate();
    else setImmediate(() => this.#look(connection, true));
  }
}
