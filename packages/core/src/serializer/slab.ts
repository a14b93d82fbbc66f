/** From here on a frame has memory of its own. */
const SMALL = 512;
const SLAB = 2048;

/**
 * Hands out memory for frames. A small one shares a piece of memory with its neighbours, because allocating one that
 * is larger than some 64 bytes costs a runtime ten times what filling it does. The piece is small too: a frame that
 * waits in a slow reader's queue keeps no more than that alive. What is handed out is a view, whose `buffer` is not
 * its own.
 */
export class Slab {
  #piece = new Uint8Array(0);
  #at = 0;

  take(size: number): Uint8Array {
    if (size > SMALL) return new Uint8Array(size);
    const at = this.#at;
    if (at + size > this.#piece.length) {
      this.#piece = new Uint8Array(SLAB);
      this.#at = size;
      return this.#piece.subarray(0, size);
    }
    this.#at = at + size;
    return this.#piece.subarray(at, at + size);
  }
}
