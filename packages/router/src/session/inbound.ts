import { Fifo } from './fifo.js';

/** Messages that are carried on in one turn of the event loop, when what they waited for is over. */
const AT_ONCE = 256;

/** A message and its length on the wire. */
interface Waiting<M> {
  readonly message: M;
  readonly bytes: number;
}

/**
 * Messages of one session on their way through stages that may be asynchronous: while one is in a stage, those behind
 * it wait, in order. When nothing is asynchronous nothing waits, and no promise is made.
 */
export class Inbound<M> {
  readonly #handle: (message: M) => void | Promise<void>;
  #current: M | undefined;
  readonly #waiting = new Fifo<Waiting<M>>();
  #bytes = 0;
  /** Whether others have their turn before what waits goes on. */
  #resting = false;
  #closed = false;

  /**
   * @param handle carries a message through all stages; a promise, if any, never rejects
   * @param onDrain told when the last waiting message has been taken
   * @param later runs its argument when others have had their turn
   */
  constructor(
    handle: (message: M) => void | Promise<void>,
    private readonly onDrain: () => void,
    private readonly later: (run: () => void) => void,
  ) {
    this.#handle = handle;
  }

  /** Bytes that wait behind a message in a stage. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Messages that wait. */
  get length(): number {
    return this.#waiting.length;
  }

  push(message: M, bytes: number): void {
    if (this.#closed) return;
    if (this.#current === undefined && !this.#resting) this.#start(message);
    else {
      this.#waiting.push({ message, bytes });
      this.#bytes += bytes;
    }
  }

  /** The message in a stage or waiting for one that `wanted` picks. */
  find(wanted: (message: M) => boolean): M | undefined {
    if (this.#current !== undefined && wanted(this.#current)) return this.#current;
    for (const { message } of this.#waiting) if (wanted(message)) return message;
    return undefined;
  }

  /** Takes no more; returns what had not been carried through, in order. */
  close(): M[] {
    const left = this.#waiting.takeAll().map(({ message }) => message);
    if (this.#current !== undefined) left.unshift(this.#current);
    this.#closed = true;
    this.#bytes = 0;
    return left;
  }

  /** @returns whether the message went through at once */
  #start(message: M): boolean {
    const pending = this.#handle(message);
    if (!pending) return true;
    this.#current = message;
    pending.then(() => this.#next());
    return false;
  }

  #next(): void {
    this.#resting = false;
    this.#current = undefined;
    for (let count = 0; !this.#closed; count++) {
      if (count === AT_ONCE && this.#waiting.length > 0) {
        this.#resting = true;
        this.later(() => this.#next());
        return;
      }
      const next = this.#waiting.shift();
      if (!next) break;
      this.#bytes -= next.bytes;
      if (!this.#start(next.message)) return;
    }
    if (!this.#closed) this.onDrain();
  }
}
