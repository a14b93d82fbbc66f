import type { Member } from '../session/member.js';

/**
 * Who is subscribed to one topic or pattern, in the order of their coming. Most topics have one subscriber, and a set for
 * one costs more than all the rest of a subscription.
 */
export class Subscribers implements Iterable<Member> {
  #only: Member | undefined;
  /** All of them, once there were two. */
  #all: Set<Member> | undefined;

  get size(): number {
    return this.#all?.size ?? (this.#only ? 1 : 0);
  }

  has(member: Member): boolean {
    return this.#all?.has(member) ?? this.#only === member;
  }

  add(member: Member): void {
    if (this.#all) this.#all.add(member);
    else if (!this.#only) this.#only = member;
    else if (this.#only !== member) {
      this.#all = new Set([this.#only, member]);
      this.#only = undefined;
    }
  }

  delete(member: Member): void {
    if (this.#all) this.#all.delete(member);
    else if (this.#only === member) this.#only = undefined;
  }

  /** One who leaves while they are gone through is left out, as in a set. */
  [Symbol.iterator](): Iterator<Member> {
    return (this.#all ?? (this.#only ? [this.#only] : []))[Symbol.iterator]();
  }
}
