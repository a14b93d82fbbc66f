import { MAX_ID } from '../wire/ids.js';

/**
 * How much of a stream may still be sent (`_credit`, see docs/protocol.md): as many chunks as were granted, and no more
 * while so many bytes are under way. Who waits is served in order. Unmetered where the peer does not keep to it.
 */
export class Credit {
  #left: number;
  #error: Error | undefined;
  readonly #waiting: { readonly go: () => void; readonly fail: (error: Error) => void }[] = [];
  /** The sizes of chunks that are under way, where that is bounded. */
  readonly #sizes: number[] = [];
  #bytes = 0;

  /**
   * @param left chunks that may be sent at once; Infinity for a peer that grants nothing
   * @param maxBytes bytes under way at which the next chunk waits
   */
  constructor(
    left: number,
    private readonly maxBytes: number,
  ) {
    this.#left = left;
  }

  /** Spends one: at once (undefined) or when it was granted. @throws what `end` was told */
  take(): Promise<void> | undefined {
    if (this.#error) return Promise.reject(this.#error);
    if (this.#isOpen && this.#waiting.length === 0) {
      this.#left--;
      return undefined;
    }
    return new Promise((go, fail) => {
      this.#waiting.push({ go, fail });
    });
  }

  /** What was taken for was sent. @param bytes its size on the wire */
  sent(bytes: number): void {
    if (this.#left === Number.POSITIVE_INFINITY) return;
    this.#sizes.push(bytes);
    this.#bytes += bytes;
  }

  /** The peer has read so many of the chunks under way; 2^53 of one that does not keep to credit, who takes any. */
  grant(chunks: number): void {
    this.#left += chunks === MAX_ID ? Number.POSITIVE_INFINITY : chunks;
    for (const bytes of this.#sizes.splice(0, chunks)) this.#bytes -= bytes;
    while (this.#isOpen) {
      const next = this.#waiting.shift();
      if (!next) return;
      this.#left--;
      next.go();
    }
  }

  /** The stream is over: nothing more is granted. */
  end(error: Error): void {
    this.#error ??= error;
    for (const { fail } of this.#waiting.splice(0)) fail(error);
  }

  get #isOpen(): boolean {
    return this.#left > 0 && this.#bytes < this.maxBytes;
  }
}
