/** From here on a frame has memory of its own. */
const SMALL = 1024;
const SLAB = 8192;

/**
 * Hands out memory for frames. A small one shares a piece of memory with its neighbours, because allocating one that
 * is larger than some 64 bytes costs a runtime ten times what filling it does. The piece is small too: who keeps a
 * frame keeps no more than that alive. What is handed out is a view, whose `buffer` is not its own.
 */
export class Slab {
  #piece = new Uint8Array(0);
  #used = 0;
  /** Where the frame that is being written has its memory; valid from `open` to `close`. */
  bytes = this.#piece;

  take(size: number): Uint8Array {
    return this.close(this.open(size) + size);
  }

  /**
   * Starts a frame of at most `limit` bytes.
   * @returns where in `bytes` it starts
   */
  open(limit: number): number {
    if (limit > SMALL) {
      this.bytes = new Uint8Array(limit);
      return 0;
    }
    if (this.#used + limit > this.#piece.length) {
      this.#piece = new Uint8Array(SLAB);
      this.#used = 0;
    }
    this.bytes = this.#piece;
    return this.#used;
  }

  /** The frame that was written up to `end`, exclusively. */
  close(end: number): Uint8Array {
    if (this.bytes !== this.#piece) return this.bytes.subarray(0, end);
    const start = this.#used;
    this.#used = end;
    return this.#piece.subarray(start, end);
  }
}
