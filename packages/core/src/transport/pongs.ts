/** What the frame around an answer counts for, bytes. */
const FRAME = 8;

/**
 * The answers to a peer's PINGs, bounded: while it does not read them, only its latest PING is remembered, and answered
 * once there is room.
 */
export class Pongs {
  readonly #maxWaiting: number;
  readonly #write: (payload: Uint8Array, written: () => void) => void;
  #waiting = 0;
  #latest: Uint8Array | undefined;

  /**
   * @param maxWaiting bytes of answers that may wait for the peer to read them; one answer may be longer
   * @param write sends a PONG, and calls back when the host's network stack has taken it
   */
  constructor(maxWaiting: number, write: (payload: Uint8Array, written: () => void) => void) {
    this.#maxWaiting = maxWaiting;
    this.#write = write;
  }

  /** @param payload of the PING, which the PONG repeats */
  answer(payload: Uint8Array): void {
    const size = payload.byteLength + FRAME;
    if (this.#waiting > 0 && this.#waiting + size > this.#maxWaiting) {
      // A copy: what was received with it is not to be kept along.
      this.#latest = payload.slice();
      return;
    }
    this.#waiting += size;
    this.#write(payload, () => {
      this.#waiting -= size;
      const latest = this.#latest;
      this.#latest = undefined;
      if (latest) this.answer(latest);
    });
  }
}
