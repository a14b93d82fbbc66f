import type { Encoded } from '../wire/encoded.js';
import type { Serializer } from '../wire/serializer.js';
import type { CloseInfo, Transport, TransportOwner } from './transport.js';

/** Options of `linkedPair`. */
export interface LinkedPairOptions {
  /** How the two ends name each other in logs. Default: `memory`. */
  readonly peer?: string;
  /**
   * When the receiving side is told of what was sent. The default, a microtask, is as soon as possible; a host with an
   * event loop to share passes a macrotask (`setImmediate`), so that two ends that answer each other starve nobody.
   */
  readonly schedule?: (run: () => void) => void;
}

/**
 * Two transports in one process, each the other's peer. What is sent on one arrives at the other, in order and never
 * within the call to `send`, exactly as it would over a socket: encoded, counted, and lost when the link drops.
 *
 * @param serializers one for both ends, or one each; the second may be another engine of the same format
 */
export function linkedPair(
  serializers: Serializer | readonly [Serializer, Serializer],
  { peer = 'memory', schedule = queueMicrotask }: LinkedPairOptions = {},
): [Transport, Transport] {
  const [left, right] = 'id' in serializers ? [serializers, serializers] : serializers;
  const one = new LinkedEnd(left, peer, schedule);
  const two = new LinkedEnd(right, peer, schedule);
  one.link(two);
  two.link(one);
  return [one, two];
}

class LinkedEnd implements Transport {
  readonly serializer: Serializer;
  readonly peer: string;
  readonly local = true;
  readonly #schedule: (run: () => void) => void;
  #far: LinkedEnd | undefined;
  #owner: TransportOwner | undefined;
  /** What the far end sent and this end's owner has not been handed, and behind it how the link ended. */
  #inbox: Encoded[] = [];
  #ending: CloseInfo | undefined;
  #inboxBytes = 0;
  #paused = false;
  #scheduled = false;
  #open = true;
  #told = false;

  constructor(serializer: Serializer, peer: string, schedule: (run: () => void) => void) {
    this.serializer = serializer;
    this.peer = peer;
    this.#schedule = schedule;
  }

  link(far: LinkedEnd): void {
    this.#far = far;
  }

  get buffered(): number {
    return this.#far?.unread ?? 0;
  }

  /** Bytes that arrived here and were not handed over yet. */
  get unread(): number {
    return this.#inboxBytes;
  }

  attach(owner: TransportOwner): void {
    if (this.#owner) throw new Error('this transport has an owner already: attach it once');
    this.#owner = owner;
    this.#wake();
  }

  send(message: Encoded): void {
    if (this.#open) this.#far?.receive(message);
  }

  close(code = 1000, reason = ''): void {
    this.#hangUp({ code, reason });
  }

  terminate(): void {
    this.#far?.drop();
    this.drop();
    this.#hangUp({ code: 1006, reason: '' });
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#wake();
  }

  receive(message: Encoded): void {
    this.#inbox.push(message);
    this.#inboxBytes += message.size;
    this.#wake();
  }

  drop(): void {
    this.#inbox = [];
    this.#inboxBytes = 0;
  }

  end(info: CloseInfo): void {
    this.#open = false;
    this.#ending ??= info;
    this.#wake();
  }

  #hangUp(info: CloseInfo): void {
    if (!this.#open) return;
    this.#paused = false;
    this.#far?.end(info);
    this.end(info);
  }

  #wake(): void {
    if (this.#scheduled || !this.#owner) return;
    this.#scheduled = true;
    this.#schedule(() => {
      this.#scheduled = false;
      if (this.#owner) this.#deliver(this.#owner);
    });
  }

  /** Hands over what has arrived by now, and the end of the link once nothing is left before it. */
  #deliver(owner: TransportOwner): void {
    for (let left = this.#inbox.length; left > 0 && !this.#paused; left--) {
      const message = this.#inbox.shift();
      if (!message) break;
      this.#inboxBytes -= message.size;
      owner.message(message.data);
    }
    if (this.#paused) return;
    if (this.#inbox.length > 0) this.#wake();
    else if (this.#ending && !this.#told) {
      this.#told = true;
      owner.close(this.#ending);
    }
  }
}
