import type { Member } from '../session/member.js';

/**
 * Some members, in the order of their coming. Most topics have one subscriber, and a set for one costs more than all the
 * rest of a subscription.
 */
export class Subscribers implements Iterable<Member> {
  /** The only one, or all of them once there were two. */
  #members: Member | Set<Member> | undefined;

  get size(): number {
    return this.#members instanceof Set ? this.#members.size : this.#members ? 1 : 0;
  }

  has(member: Member): boolean {
    return this.#members instanceof Set ? this.#members.has(member) : this.#members === member;
  }

  add(member: Member): void {
    if (this.#members instanceof Set) this.#members.add(member);
    else if (!this.#members) this.#members = member;
    else if (this.#members !== member) this.#members = new Set([this.#members, member]);
  }

  delete(member: Member): void {
    if (this.#members instanceof Set) this.#members.delete(member);
    else if (this.#members === member) this.#members = undefined;
  }

  /** One of several who leaves while they are gone through is left out, as in a set. */
  [Symbol.iterator](): Iterator<Member> {
    const members = this.#members instanceof Set ? this.#members : this.#members ? [this.#members] : [];
    return members[Symbol.iterator]();
  }
}
