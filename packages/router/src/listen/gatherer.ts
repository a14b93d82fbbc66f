/**
 * Copies the frames of a connection's turn into one piece. Subscribers of the same topics are sent the same frames, one
 * after the other: the piece that was made for one of them serves the next.
 */
export class Gatherer {
  #frames: readonly Uint8Array[] = [];
  #piece: Uint8Array | undefined;

  /** @param frames not to be changed afterwards @param bytes how many they are in all */
  gather(frames: readonly Uint8Array[], bytes: number): Uint8Array {
    if (this.#piece && isSame(frames, this.#frames)) return this.#piece;
    this.#frames = frames;
    this.#piece = Buffer.concat(frames, bytes);
    return this.#piece;
  }

  /** Holds on to nothing any more. */
  clear(): void {
    this.#frames = [];
    this.#piece = undefined;
  }
}

/** Whether the very same frames stand in both. */
function isSame(some: readonly Uint8Array[], others: readonly Uint8Array[]): boolean {
  if (some.length !== others.length) return false;
  for (let i = 0; i < some.length; i++) if (some[i] !== others[i]) return false;
  return true;
}
