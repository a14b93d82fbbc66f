import type { Encoded } from '@wigwag/core/wire';
import type { Layout } from './layout.js';

/** Bytes up to which messages for one connection alone are copied into one buffer, which is cheaper than a write for each. */
export const MAX_COPIED = 64 * 1024;

/**
 * Puts the messages of a connection's turn into one piece of bytes. Subscribers of the same topics are sent
 * the same messages, one after the other: the piece that was made for one of them serves the next.
 */
export class Gatherer {
  #layout: Layout | undefined;
  #messages: readonly Encoded[] = [];
  #piece: Uint8Array | undefined;

  /**
   * @param messages a list that is not changed afterwards
   * @param bytes how long it is
   * @returns `undefined` for a long one that is not known to be for more than one connection: it is better not copied
   */
  gather(layout: Layout, messages: readonly Encoded[], bytes: number): Uint8Array | undefined {
    const again = layout === this.#layout && isSame(messages, this.#messages);
    if (again && this.#piece) return this.#piece;
    this.#layout = layout;
    this.#messages = messages;
    this.#piece = again || bytes <= MAX_COPIED ? layout.together(messages) : undefined;
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
