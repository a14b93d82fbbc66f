/** Chunks that may be under way in one direction of a stream between peers that both keep to credit. */
export const WINDOW = 16;

/** Bytes under way at which who sends waits for credit too, so that a window of large chunks is no flood. */
export const WINDOW_BYTES = 2 * 2 ** 20;

/**
 * Bytes read at which who reads grants more, at the latest. Far below the window, because one chunk may have several
 * times the size in one serializer that it has in another.
 */
const GRANT_BYTES = WINDOW_BYTES / 16;

/** Chunks that wait to be read from a peer that does not; one more ends the call. */
export const UNHEEDED_LIMIT = 1_024;

/** Counts what was read of a stream, and grants its sender as much again when that is worth a message. */
export class Grants {
  #chunks = 0;
  #bytes = 0;

  constructor(private readonly grant: (chunks: number) => void) {}

  /** @param bytes the chunk's size on the wire */
  read(bytes: number): void {
    this.#chunks++;
    this.#bytes += bytes;
    if (this.#chunks < WINDOW / 2 && this.#bytes < GRANT_BYTES) return;
    this.grant(this.#chunks);
    this.#chunks = 0;
    this.#bytes = 0;
  }
}
