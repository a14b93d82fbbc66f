import type { Encoded } from '@wigwag/core/wire';
import { webSocketFrames } from './frame.js';

/**
 * Puts the messages of a connection's turn into one piece of bytes, a frame each. Subscribers of the same topics are sent
 * the same messages, one after the other: the piece that was made for one of them serves the next.
 */
export class Gatherer {
  #messages: readonly Encoded[] = [];
  #piece: Uint8Array | undefined;

  /** @param messages a list that is not changed afterwards */
  gather(messages: readonly Encoded[]): Uint8Array {
    if (this.#piece && isSame(messages, this.#messages)) return this.#piece;
    this.#messages = messages;
    this.#piece = webSocketFrames(messages);
    return this.#piece;
  }

  /** Holds on to nothing any more. */
  clear(): void {
    this.#messages = [];
    this.#piece = undefined;
  }
}

/** Whether the very same messages stand in both. */
function isSame(some: readonly Encoded[], others: readonly Encoded[]): boolean {
  if (some.length !== others.length) return false;
  for (let i = 0; i < some.length; i++) if (some[i] !== others[i]) return false;
  return true;
}
