import { Fifo } from './fifo.js';
import type { Turn } from './turn.js';

/** Messages that are carried on in one turn of the event loop, when what they waited for is over. */
const AT_ONCE = 256;

/** A message and its length on the wire. */
interface Waiting<M> {
  readonly message: M;
  readonly bytes: number;
}

/** Who carries messages through their stages. An object and no functions, for there is one of them for each session. */
export interface Carrier<M> {
  /** @returns a promise, where a stage is asynchronous, that never rejects */
  carry(message: M): void | Promise<void>;
  /** The last message that waited has been taken. */
  drained(): void;
}

/**
 * Messages of one session on their way through stages that may be asynchronous: while one is in a stage, those behind
 * it wait, in order. When nothing is asynchronous nothing waits, and no promise is made.
 */
export class Inbound<M extends object> {
  readonly #carrier: Carrier<M>;
  readonly #turn: Turn;
  #current: M | undefined;
  /** There once something had to wait. */
  #waiting: Fifo<Waiting<M>> | undefined;
  #bytes = 0;
  /** Messages that were withdrawn, and are still in a stage or waiting; there once one was. */
  #withdrawn: WeakSet<M> | undefined;
  /** Whether others have their turn before what waits goes on. */
  #resting = false;
  #closed = false;

  /** @param turn when others have had theirs, what waits goes on */
  constructor(carrier: Carrier<M>, turn: Turn) {
    this.#carrier = carrier;
    this.#turn = turn;
  }

  /** Bytes that wait behind a message in a stage. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Messages that wait. */
  get length(): number {
    return this.#waiting?.length ?? 0;
  }

  /** A message is in a stage until `pending`, which never rejects, is settled. */
  wait(message: M, pending: Promise<void>): void {
    this.#current = message;
    pending.then(() => this.#next());
  }

  push(message: M, bytes: number): void {
    if (this.#closed) return;
    if (this.#current === undefined && !this.#resting) this.#start(message);
    else {
      this.#waiting ??= new Fifo();
      this.#waiting.push({ message, bytes });
      this.#bytes += bytes;
    }
  }

  /**
   * Withdraws the first message in a stage or waiting for one that `wanted` picks: if it waits it is passed over, and
   * the stage that it is in has to ask (`isWithdrawn`). It keeps its place, and its bytes, until its turn comes.
   */
  withdraw(wanted: (message: M) => boolean): M | undefined {
    const found = this.#find((message) => wanted(message) && !this.isWithdrawn(message));
    if (!found) return undefined;
    this.#withdrawn ??= new WeakSet();
    this.#withdrawn.add(found);
    return found;
  }

  isWithdrawn(message: M): boolean {
    return this.#withdrawn?.has(message) === true;
  }

  /** Takes no more; returns what had neither been carried through nor withdrawn, in order. */
  close(): M[] {
    const left = this.#waiting?.takeAll().map(({ message }) => message) ?? [];
    if (this.#current !== undefined) left.unshift(this.#current);
    this.#closed = true;
    this.#bytes = 0;
    return left.filter((message) => !this.isWithdrawn(message));
  }

  #find(wanted: (message: M) => boolean): M | undefined {
    if (this.#current !== undefined && wanted(this.#current)) return this.#current;
    for (const { message } of this.#waiting ?? []) if (wanted(message)) return message;
    return undefined;
  }

  /** @returns whether the message went through at once */
  #start(message: M): boolean {
    const pending = this.#carrier.carry(message);
    if (!pending) return true;
    this.wait(message, pending);
    return false;
  }

  #next(): void {
    this.#resting = false;
    this.#current = undefined;
    for (let count = 0; !this.#closed; count++) {
      if (count === AT_ONCE && this.length > 0) {
        this.#resting = true;
        this.#turn.next(() => this.#next());
        return;
      }
      const next = this.#waiting?.shift();
      if (!next) break;
      this.#bytes -= next.bytes;
      if (!this.isWithdrawn(next.message) && !this.#start(next.message)) return;
    }
    if (!this.#closed) this.#carrier.drained();
  }
}
