import type { Call } from '@wigwag/core/wire';
import { ownedPayload } from '@wigwag/core/wire';
import { costOf } from '../cost.js';
import { sizeOf } from '../received.js';
import type { Admitted } from '../session/admission.js';
import type { Caller } from './caller.js';

/** A call that the router keeps, with bytes of its own. */
export interface KeptCall {
  readonly message: Admitted<Call>;
  /** Calls that are kept count up in the order in which they came. */
  readonly place: number;
  /** What it counts against the bound. */
  readonly bytes: number;
}

/**
 * The bound on calls that one realm keeps, because they wait for a callee or may have to be made again at another:
 * so many bytes of all of them together.
 */
export class KeptCalls {
  #bytes = 0;
  #places = 0;

  /** @param limit bytes (`maxQueuedBytes`) */
  constructor(private readonly limit: number) {}

  get bytes(): number {
    return this.#bytes;
  }

  /**
   * @param place of a call that was kept before
   * @returns `undefined` where there is no room for it
   */
  keep(caller: Caller, call: Admitted<Call>, place?: number): KeptCall | undefined {
    const bytes = costOf(call.procedure, call.options, sizeOf(call.payload, caller.serializer));
    if (this.#bytes + bytes > this.limit) return undefined;
    this.#bytes += bytes;
    return {
      message: { ...call, payload: call.payload && ownedPayload(call.payload) },
      place: place ?? ++this.#places,
      bytes,
    };
  }

  /** It is kept no longer. */
  release({ bytes }: Pick<KeptCall, 'bytes'>): void {
    this.#bytes -= bytes;
  }
}
