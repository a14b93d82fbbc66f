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
  #waiting: Waiting<M>[] = [];
  #bytes = 0;
  #closed = false;

  /**
   * @param handle carries a message through all stages; a promise, if any, never rejects
   * @param onDrain told when the last waiting message has been taken
   */
  constructor(
    handle: (message: M) => void | Promise<void>,
    private readonly onDrain: () => void,
  ) {
    this.#handle = handle;
  }

  /** Bytes that wait behind a message in a stage. */
  get bytes(): number {
    return this.#bytes;
  }

  push(message: M, bytes: number): void {
    if (this.#closed) return;
    if (this.#current === undefined) this.#start(message);
    else {
      this.#waiting.push({ message, bytes });
      this.#bytes += bytes;
    }
  }

  /** The message in a stage or waiting for one that `wanted` picks. */
  find(wanted: (message: M) => boolean): M | undefined {
    if (this.#current !== undefined && wanted(this.#current)) return this.#current;
    return this.#waiting.find(({ message }) => wanted(message))?.message;
  }

  /** Takes no more; returns what had not been carried through, in order. */
  close(): M[] {
    const left = this.#waiting.map(({ message }) => message);
    if (this.#current !== undefined) left.unshift(this.#current);
    this.#closed = true;
    this.#waiting = [];
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
    this.#current = undefined;
    while (!this.#closed) {
      const next = this.#waiting.shift();
      if (!next) break;
      this.#bytes -= next.bytes;
      if (!this.#start(next.message)) return;
    }
    if (!this.#closed) this.onDrain();
  }
}
