import { after } from '../transport/after.js';
import type { HeartbeatOptions, Pulse } from '../transport/heartbeat.js';
import { beat, defaultHeartbeat, firstPulse } from '../transport/heartbeat.js';
import { amount, requireSettings } from '../wire/settings.js';
import type { Patient, Pulsing, Watch } from './probe.js';

/**
 * Asks a router that has been silent for a sign of life: `connect(url, { realm, heartbeat: heartbeat({ interval: 5_000 }) })`.
 * @param options where `interval` is left off, it asks by itself over what can ping, as in Node, and else only when the
 *   client is woken
 * @throws InvalidArgumentError
 */
export function heartbeat(options: Partial<HeartbeatOptions> = {}): Watch {
  requireSettings(heartbeatSettings, options);
  return (patient) => {
    const { interval = patient.pings ? defaultHeartbeat.interval : 0, timeout = defaultHeartbeat.timeout } = options;
    return new Heartbeat(patient, { interval, timeout });
  };
}

const heartbeatSettings = { interval: amount, timeout: amount };

/** Asks after so much silence, and when it is told to. */
export class Heartbeat implements Pulsing {
  readonly #patient: Patient;
  readonly #options: HeartbeatOptions;
  /** Between looks. */
  readonly #period: number;
  /** Milliseconds; a clock that is looked at, and so stands still while the machine or the page sleeps. */
  #now = 0;
  #pulse: Pulse;
  #stopTimer: (() => void) | undefined;

  /** @param options with interval 0 it asks only when `probe` is called */
  constructor(patient: Patient, options: HeartbeatOptions) {
    this.#patient = patient;
    this.#options = options;
    // Four looks per deadline: a dead peer is found at most a quarter later than the options say.
    const { interval, timeout } = options;
    this.#period = Math.max(1, (interval > 0 ? Math.min(interval, timeout) : timeout) / 4);
    this.#pulse = firstPulse(this.#sight());
    if (interval > 0) this.#schedule();
  }

  probe(): void {
    const seen = this.#sight();
    if (this.#pulse.pinged && this.#pulse.received === seen.received) return;
    this.#pulse = { ...firstPulse(seen), pinged: true };
    this.#stopTimer?.();
    this.#patient.ask();
    this.#schedule();
  }

  stop(): void {
    this.#stopTimer?.();
  }

  #schedule(): void {
    this.#stopTimer = after(this.#period, () => {
      this.#now += this.#period;
      this.#look(false);
    });
  }

  /** @param certain whether what had arrived by the deadline has been read since */
  #look(certain: boolean): void {
    const [pulse, verdict] = beat(this.#pulse, this.#sight(), this.#options);
    this.#pulse = pulse;
    if (verdict === 'dead') {
      if (certain) this.#patient.lost(this.#options.timeout);
      // This process may have been busy past the deadline, with the answer waiting in the socket: a turn of the event
      // loop later it has been read.
      else this.#stopTimer = after(0, () => this.#look(true));
      return;
    }
    if (verdict === 'ping') this.#patient.ask();
    if (this.#options.interval > 0 || pulse.pinged) this.#schedule();
  }

  #sight() {
    return { ...this.#patient.vitals(), now: this.#now, paused: false };
  }
}
