import type { Encoded } from '@wigwag/core/wire';
import type { Layout } from './layout.js';

/** Bytes up to which messages for one connection alone are copied into one buffer, which is cheaper than a write for each. */
export const MAX_COPIED = 64 * 1024;

/** What was put together last. */
interface Gathered {
  readonly messages: readonly Encoded[];
  /** Not there as long as it is not known to be for more than one connection. */
  readonly piece: Uint8Array | undefined;
}

/**
 * Puts the messages of a connection's turn into one piece of bytes. Subscribers of the same topics are sent the same
 * messages, one after the other: the piece that was made for one of them serves the next.
 */
export class Gatherer {
  /** Of each layout, for connections of several take turns. */
  #last = new Map<Layout, Gathered>();

  /**
   * @param messages a list that is not changed afterwards
   * @param bytes how long it is
   * @returns `undefined` for a long one that is not known to be for more than one connection: it is better not copied
   */
  gather(layout: Layout, messages: readonly Encoded[], bytes: number): Uint8Array | undefined {
    const last = this.#last.get(layout);
    const again = last !== undefined && isSame(messages, last.messages);
    if (again && last.piece) return last.piece;
    const piece = again || bytes <= MAX_COPIED ? layout.together(messages) : undefined;
    this.#last.set(layout, { messages, piece });
    return piece;
  }

  /** Holds on to nothing any more. */
  clear(): void {
    // Anew, for the dead tables of a long-lived map keep alive what was in the next ones: all that was written.
    if (this.#last.size > 0) this.#last = new Map();
  }
}

/** Whether the very same messages stand in both. */
function isSame(some: readonly Encoded[], others: readonly Encoded[]): boolean {
  if (some.length !== others.length) return false;
  for (let i = 0; i < some.length; i++) if (some[i] !== others[i]) return false;
  return true;
}
