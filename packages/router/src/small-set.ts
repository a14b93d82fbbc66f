/**
 * A set, in the order of coming, for where one member is what most of them have: a topic has one subscriber, a page one
 * subscription, and a `Set` for one costs more than all the rest of a subscription. `undefined` is no member.
 */
export class SmallSet<T extends object> implements Iterable<T> {
  /** The only one, or all of them once there were two. */
  #members: T | Set<T> | undefined;

  get size(): number {
    return this.#members instanceof Set ? this.#members.size : this.#members ? 1 : 0;
  }

  has(member: T): boolean {
    return this.#members instanceof Set ? this.#members.has(member) : this.#members === member;
  }

  add(member: T): void {
    if (this.#members instanceof Set) this.#members.add(member);
    else if (!this.#members) this.#members = member;
    else if (this.#members !== member) this.#members = new Set([this.#members, member]);
  }

  /** @returns whether it was there */
  delete(member: T): boolean {
    if (this.#members instanceof Set) return this.#members.delete(member);
    if (this.#members !== member) return false;
    this.#members = undefined;
    return true;
  }

  /** One of several who leaves while they are gone through is left out, as in a set. */
  [Symbol.iterator](): Iterator<T> {
    const members = this.#members instanceof Set ? this.#members : this.#members ? [this.#members] : [];
    return members[Symbol.iterator]();
  }
}
