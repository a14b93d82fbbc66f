import { jsonSlices } from '@wigwag/core/serializer/json-slices';
import { linkedPair } from '@wigwag/core/transport';
import { Code } from '@wigwag/core/wire';
import type { RouterOptions } from '../../src/index.js';
import { Router } from '../../src/index.js';
import { TestClock } from './clock.js';
import type { Message } from './peer.js';
import { allRoles, Peer } from './peer.js';

/**
 * A router and raw clients that move only when they are told to: what was said arrives in `drain`, in the order in which
 * it was said, and time passes in `clock`. So a random walk needs to wait for nothing.
 */
export class Lockstep {
  readonly clock = new TestClock();
  readonly router: Router;
  /** What the router reported of itself. */
  readonly errors: unknown[] = [];
  readonly #tasks: (() => void)[] = [];
  readonly #read = new Map<Peer, number>();

  constructor(options: RouterOptions = {}) {
    this.router = new Router({ clock: this.clock, ...options });
    this.router.on('error', (error) => this.errors.push(error));
  }

  /** A client that has joined. */
  join(details: Record<string, unknown> = allRoles): Peer {
    const [near, far] = linkedPair(jsonSlices(), { schedule: (run) => void this.#tasks.push(run) });
    this.router.attach(far);
    const peer = new Peer(near);
    peer.say(Code.HELLO, 'realm1', details);
    this.drain();
    return peer;
  }

  /** Lets what is on its way over one link arrive, whichever that is, so that messages overtake those of other links. */
  deliver(nth: number): void {
    const [task] = this.#tasks.splice(nth % Math.max(this.#tasks.length, 1), 1);
    task?.();
  }

  /** Until nothing is on its way any more. */
  drain(): void {
    for (let task = this.#tasks.shift(); task; task = this.#tasks.shift()) task();
  }

  /** What a client has heard since this was asked last. */
  unread(peer: Peer): readonly Message[] {
    const from = this.#read.get(peer) ?? 0;
    this.#read.set(peer, peer.heard.length);
    return peer.heard.slice(from);
  }
}
