import type { EventDetails, Id, Uri } from '@wigwag/core/wire';
import { announces, Code, encode, GAP } from '@wigwag/core/wire';
import type { Clock } from '../clock.js';
import type { Member } from '../session/member.js';
import { Looks } from './looks.js';
import type { Subscription } from './subscription.js';

/** An event that a subscriber of a subscription did not get. */
export interface Missing {
  readonly publication: Id;
  readonly topic: Uri;
  /** Whether it is in the history. */
  readonly kept: boolean;
  /** Why, as the URI of an error. */
  readonly reason: Uri;
}

/** Events in a row of one subscription that one subscriber did not get. */
interface Gap {
  readonly subscription: Subscription;
  readonly last: Missing;
  readonly count: number;
  readonly kept: number;
  /** Whether all of them are of one topic. */
  readonly oneTopic: boolean;
}

/** Who is told about events that readers were too slow for; called once a gap is over. */
export type OnDropped = (member: Member, events: number) => void;

/**
 * Events that could not be sent to subscribers. In their place they get a notice, before any event that comes later, as
 * soon as there is room: an EVENT without arguments, whose details hold `_gap: { count, kept, reason }`; its publication
 * is that of the last event that is missing. Only those who announced the feature are told: to others it would look
 * like an event. Bounded by what a session may subscribe to.
 */
export class Gaps {
  readonly #open = new Map<Member, Map<Subscription, Gap>>();
  readonly #onDropped: OnDropped;
  /** Events that a member was too slow for. */
  readonly #dropped = new Map<Member, number>();
  readonly #looks: Looks;

  constructor(clock: Clock, onDropped: OnDropped) {
    this.#looks = new Looks(clock, () => {
      for (const member of [...this.#open.keys()]) this.settle(member);
      return this.#open.size > 0;
    });
    this.#onDropped = onDropped;
  }

  /** The member's subscription has ended. */
  forget(member: Member, subscription: Subscription): void {
    const gaps = this.#open.get(member);
    gaps?.delete(subscription);
    if (gaps?.size === 0) this.#close(member);
  }

  /** @param dropped whether nothing is sent until there is room again: the member reads too slowly */
  add(member: Member, subscription: Subscription, missing: Missing, dropped: boolean): void {
    const gaps = this.#open.get(member) ?? new Map<Subscription, Gap>();
    this.#open.set(member, gaps);
    const before = gaps.get(subscription);
    gaps.set(subscription, {
      subscription,
      last: missing,
      count: (before?.count ?? 0) + 1,
      kept: (before?.kept ?? 0) + (missing.kept ? 1 : 0),
      oneTopic: !before || (before.oneTopic && before.last.topic === missing.topic),
    });
    if (dropped) this.#dropped.set(member, (this.#dropped.get(member) ?? 0) + 1);
    this.#looks.start();
  }

  /** @returns whether the member knows of all that it has missed, and so may be sent the next event */
  settle(member: Member): boolean {
    // Asked for every event that is sent, and almost never is there a gap.
    const gaps = this.#open.size > 0 ? this.#open.get(member) : undefined;
    if (!gaps) return true;
    // Not at the first byte that is free: then events would come and be dropped by turns.
    if (this.#dropped.has(member) && !member.hasRoom) return false;
    for (const [subscription, gap] of gaps) {
      if (!notify(member, gap)) return false;
      gaps.delete(subscription);
    }
    this.#close(member);
    return true;
  }

  #close(member: Member): void {
    this.#open.delete(member);
    const events = this.#dropped.get(member);
    this.#dropped.delete(member);
    if (this.#open.size === 0) this.#looks.stop();
    if (events !== undefined) this.#onDropped(member, events);
  }
}

/** @returns false where there is no room for it */
function notify(member: Member, { subscription, last, count, kept, oneTopic }: Gap): boolean {
  if (!announces(member.details, 'subscriber', GAP)) return true;
  const details: EventDetails = {
    ...(subscription.match !== 'exact' && oneTopic && { topic: last.topic }),
    [GAP]: { count, kept, reason: last.reason },
  };
  const { publication } = last;
  const notice = encode({ code: Code.EVENT, subscription: subscription.id, publication, details }, member.serializer);
  // Where not even that fits into what the peer takes, the event is counted and reported all the same.
  return notice.size > member.maxSend || member.deliver(notice);
}
