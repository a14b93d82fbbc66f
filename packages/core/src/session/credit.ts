/**
 * How many chunks of a stream may still be sent (`_credit`, see docs/protocol.md). Who waits is served in order.
 * Unmetered where the peer does not keep to it.
 */
export class Credit {
  #left: number;
  #error: Error | undefined;
  readonly #waiting: { readonly go: () => void; readonly fail: (error: Error) => void }[] = [];

  /** @param left chunks that may be sent at once; Infinity for a peer that grants nothing */
  constructor(left: number) {
    this.#left = left;
  }

  /** Spends one: at once (undefined) or when it was granted. @throws what `end` was told */
  take(): Promise<void> | undefined {
    if (this.#error) return Promise.reject(this.#error);
    if (this.#left > 0 && this.#waiting.length === 0) {
      this.#left--;
      return undefined;
    }
    return new Promise((go, fail) => {
      this.#waiting.push({ go, fail });
    });
  }

  grant(chunks: number): void {
    this.#left += chunks;
    while (this.#left > 0) {
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
}
