import type { Transport } from '@wigwag/core/transport';
import type { Encoded } from '@wigwag/core/wire';
import type { SessionLimits } from './limits.js';
import type { Pressure } from './pressure.js';

/**
 * What a session that lets too much pile up comes to: it is ended, or events are dropped, counted, and named to it by a
 * notice. Messages that are no events are never dropped: a session that has no room for them is ended either way.
 */
export type OnOverflow = 'disconnect' | 'drop';

/** The bounds of the way out, in bytes that wait until a client reads them. */
export type OutboundLimits = Pick<SessionLimits, 'maxOutbound' | 'maxStreamOutbound'>;

/** The way out: how much of each kind of message may wait until a client reads it. One for all sessions of a router. */
export class Outbound {
  readonly #limits: OutboundLimits;
  readonly #drops: boolean;
  /** Where events are dropped, they leave half of what may wait to answers and invocations, which are not. */
  readonly #eventCap: number;
  readonly #pressure: Pressure;

  constructor(limits: OutboundLimits, onOverflow: OnOverflow, pressure: Pressure) {
    this.#limits = limits;
    this.#drops = onOverflow === 'drop';
    this.#eventCap = this.#drops ? limits.maxOutbound / 2 : limits.maxOutbound;
    this.#pressure = pressure;
  }

  /** @returns false, and sends nothing, where more would wait than may */
  send(transport: Transport, message: Encoded): boolean {
    return this.#sendWithin(this.#limits.maxOutbound, transport, message);
  }

  /** As `send`, for one message of a stream. */
  sendPart(transport: Transport, message: Encoded): boolean {
    return this.#sendWithin(this.#limits.maxStreamOutbound, transport, message);
  }

  /** Whether an event is to be dropped for want of room. */
  drops(transport: Transport, event: Encoded): boolean {
    return this.#drops && !hasRoomFor(transport, event.size, this.#eventCap);
  }

  /** Whether half of the room that events have is free. */
  hasRoom(transport: Transport): boolean {
    return hasRoomFor(transport, 0, this.#eventCap / 2);
  }

  #sendWithin(cap: number, transport: Transport, message: Encoded): boolean {
    if (!hasRoomFor(transport, message.size, cap)) return false;
    transport.send(message);
    this.#pressure.add(message.size);
    return true;
  }
}

/** A message that waits alone always fits, so that the cap cannot contradict the limit on messages. */
function hasRoomFor({ buffered }: Transport, size: number, cap: number): boolean {
  return buffered === 0 || buffered + size <= cap;
}
