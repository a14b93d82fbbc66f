import type { Clock } from '../clock.js';
import type { Publication } from '../fabric/fabric.js';
import type { Member } from '../session/member.js';
import { Looks } from './looks.js';
import type { Subscription } from './subscription.js';

/** A retained event for one subscriber. */
export interface Owed {
  readonly publication: Publication;
  readonly subscription: Subscription;
}

/** What a backlog asks of its broker. */
export interface BacklogContext {
  readonly clock: Clock;
  /** How many one member may be owed. */
  readonly limit: number;
  /** Whether it is still the retained event of its topic that this member would get. */
  isCurrent(member: Member, owed: Owed): boolean;
  send(member: Member, owed: Owed): void;
  /** It could not wait. */
  refuse(member: Member, owed: Owed): void;
}

/**
 * Retained events that subscribers have asked for and have no room for yet: all at once, they could be more than a
 * session may leave unread. One that is superseded meanwhile is not sent, because its successor was.
 */
export class Backlog {
  readonly #context: BacklogContext;
  readonly #owed = new Map<Member, Owed[]>();
  readonly #looks: Looks;

  constructor(context: BacklogContext) {
    this.#context = context;
    this.#looks = new Looks(context.clock, () => {
      for (const member of [...this.#owed.keys()]) this.#drain(member);
      return this.#owed.size > 0;
    });
  }

  add(member: Member, events: readonly Owed[]): void {
    const waiting = this.#owed.get(member) ?? [];
    for (const each of events) {
      if (waiting.length === 0 && member.hasRoom) this.#context.send(member, each);
      else if (waiting.length < this.#context.limit) waiting.push(each);
      else this.#context.refuse(member, each);
    }
    if (waiting.length === 0) return;
    this.#owed.set(member, waiting);
    this.#looks.start();
  }

  /** The member's subscription has ended. */
  forget(member: Member, subscription: Subscription): void {
    const waiting = this.#owed.get(member)?.filter((owed) => owed.subscription !== subscription);
    if (waiting) this.#keep(member, waiting);
  }

  /** Nothing is owed to who has left; to ask that of each of its subscriptions would take long. */
  leave(member: Member): void {
    this.#keep(member, []);
  }

  #keep(member: Member, waiting: Owed[]): void {
    if (waiting.length > 0) this.#owed.set(member, waiting);
    else this.#owed.delete(member);
    if (this.#owed.size === 0) this.#looks.stop();
  }

  #drain(member: Member): void {
    const waiting = this.#owed.get(member) ?? [];
    let sent = 0;
    while (sent < waiting.length && member.hasRoom) {
      const owed = waiting[sent++];
      if (owed && this.#context.isCurrent(member, owed)) this.#context.send(member, owed);
    }
    // Sending may have ended the session, and then nothing is owed any more.
    if (this.#owed.has(member)) this.#keep(member, waiting.slice(sent));
  }
}
