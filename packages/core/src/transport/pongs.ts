import { FrameType, writeFrame } from './rawsocket-frames.js';

/** Bytes of answers to PINGs that may wait for the peer to read them; one answer may be longer. */
const MAX_WAITING = 64 * 1024;

/**
 * The answers to a peer's PINGs, bounded: while it does not read them, only its latest PING is remembered, and answered
 * once there is room.
 */
export class Pongs {
  readonly #write: (frame: Uint8Array, written: () => void) => void;
  #waiting = 0;
  #latest: Uint8Array | undefined;

  /** @param write calls back when the host's network stack has taken the frame */
  constructor(write: (frame: Uint8Array, written: () => void) => void) {
    this.#write = write;
  }

  /** @param payload of the PING, which the PONG repeats */
  answer(payload: Uint8Array): void {
    if (this.#waiting > 0 && this.#waiting + payload.byteLength > MAX_WAITING) {
      // A copy: what was received with it is not to be kept along.
      this.#latest = payload.slice();
      return;
    }
    const frame = writeFrame(FrameType.PONG, payload);
    this.#waiting += frame.byteLength;
    this.#write(frame, () => {
      this.#waiting -= frame.byteLength;
      const latest = this.#latest;
      this.#latest = undefined;
      if (latest) this.answer(latest);
    });
  }
}
