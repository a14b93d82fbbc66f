import type { Id } from '@wigwag/core/wire';
import { RecentIds } from '@wigwag/core/wire';
import type { Caller } from './caller.js';

/** What is remembered of one caller. */
interface Remembered {
  highest: Id;
  readonly over: RecentIds;
}

/**
 * What is remembered of the calls that sessions made: as much as it takes to tell a message that comes late, for a call
 * that is over, from one that opens a call (spec: "Progressive Call Invocations", "Verification of CALL Request IDs").
 */
export class CallIds {
  readonly #callers = new Map<Caller, Remembered>();

  /** @param limit calls in parts that are remembered of each caller when they are over */
  constructor(private readonly limit: number) {}

  opened(caller: Caller, request: Id): void {
    const remembered = this.#of(caller);
    if (request > remembered.highest) remembered.highest = request;
  }

  /** A call in parts is over, or was refused at its first: what still comes for it is late. */
  ended(caller: Caller, request: Id): void {
    this.#of(caller).over.add(request);
  }

  isOver(caller: Caller, request: Id): boolean {
    return this.#callers.get(caller)?.over.has(request) === true;
  }

  /** Whether the caller opened this call or one with a higher id: callers that keep to credit count them up. */
  isPast(caller: Caller, request: Id): boolean {
    return request <= (this.#callers.get(caller)?.highest ?? 0);
  }

  leave(caller: Caller): void {
    this.#callers.delete(caller);
  }

  #of(caller: Caller): Remembered {
    const known = this.#callers.get(caller);
    if (known) return known;
    const remembered = { highest: 0, over: new RecentIds(this.limit) };
    this.#callers.set(caller, remembered);
    return remembered;
  }
}
