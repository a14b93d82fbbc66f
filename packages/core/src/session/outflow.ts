import type { Link } from './link.js';

/** Bytes that may wait in the transport before who streams is held back. */
const HIGH_WATER = 1024 * 1024;
/** Milliseconds between looks at it: WebSockets of browsers do not say when they have drained. */
const DRAIN_POLL = 5;
/**
 * Chunks that may be sent in one go. A peer without credit holds nobody back, and a source that is always ready would
 * leave the event loop no turn to hear that the call was canceled.
 */
const MAX_BURST = 64;

/** Holds back who streams much, so that it leaves this side before more is sent. */
export class Outflow {
  /** Chunks sent since the event loop was last let go on for their sake. */
  #burst = 0;

  constructor(private readonly link: Pick<Link, 'buffered' | 'isOpen'>) {}

  /** To be awaited behind each chunk: until what was sent has, but for a little, left this side. */
  async drained(): Promise<void> {
    if (++this.#burst >= MAX_BURST) {
      this.#burst = 0;
      await pause(0);
    }
    while (this.link.buffered > HIGH_WATER && this.link.isOpen) await pause(DRAIN_POLL);
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
