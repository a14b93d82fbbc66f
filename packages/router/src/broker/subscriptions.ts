import type { Id, Match, Uri } from '@wigwag/core/wire';
import { PatternIndex } from '../matching/pattern-index.js';
import type { Member } from '../session/member.js';
import { SmallSet } from '../small-set.js';
import type { SubscriptionDirectory } from './directory.js';
import { Subscription } from './subscription.js';

/** Told when a subscription comes into being and when it ends. */
export interface SubscriptionObserver {
  created(subscription: Subscription): void;
  removed(subscription: Subscription): void;
  /** A session is no subscriber any more; `removed` came before, where it was the last. */
  unsubscribed(member: Member, subscription: Subscription): void;
}

/** Who is subscribed to what in one realm. */
export class Subscriptions implements SubscriptionDirectory {
  readonly #index = new PatternIndex<Subscription>();
  readonly #byId = new Map<Id, Subscription>();
  readonly #byMember = new Map<Member, SmallSet<Subscription>>();

  constructor(
    private readonly drawId: () => Id,
    private readonly observer: SubscriptionObserver,
  ) {}

  get size(): number {
    return this.#byId.size;
  }

  /**
   * Subscribing twice is subscribing once.
   * @param nkey the node key, where the member shares the subscription's events with others; the last one given counts
   */
  add(member: Member, uri: Uri, match: Match, nkey?: string | number): Subscription {
    const subscription = this.#index.get(match, uri) ?? this.#create(uri, match);
    subscription.add(member);
    if (nkey === undefined) subscription.shards?.delete(member);
    else {
      subscription.shards ??= new Map();
      subscription.shards.set(member, String(nkey));
    }
    const own = this.#byMember.get(member) ?? new SmallSet();
    own.add(subscription);
    this.#byMember.set(member, own);
    return subscription;
  }

  /** @returns whether `member` was subscribed */
  remove(member: Member, id: Id): boolean {
    const subscription = this.#byId.get(id);
    if (!subscription?.has(member)) return false;
    const own = this.#byMember.get(member);
    own?.delete(subscription);
    if (own?.size === 0) this.#byMember.delete(member);
    this.#release(member, subscription);
    this.observer.unsubscribed(member, subscription);
    return true;
  }

  removeAll(member: Member): void {
    const own = this.#byMember.get(member) ?? [];
    this.#byMember.delete(member);
    for (const subscription of own) this.#release(member, subscription);
    for (const subscription of own) this.observer.unsubscribed(member, subscription);
  }

  /** How many a member has. */
  countOf(member: Member): number {
    return this.#byMember.get(member)?.size ?? 0;
  }

  get(id: Id): Subscription | undefined {
    return this.#byId.get(id);
  }

  matching(topic: Uri): readonly Subscription[] {
    return this.#index.all(topic);
  }

  ids(): Iterable<Id> {
    return this.#byId.keys();
  }

  lookup(match: Match, uri: Uri): Subscription | undefined {
    return this.#index.get(match, uri);
  }

  #create(uri: Uri, match: Match): Subscription {
    const subscription = new Subscription(this.drawId(), uri, match);
    this.#index.set(match, uri, subscription);
    this.#byId.set(subscription.id, subscription);
    this.observer.created(subscription);
    return subscription;
  }

  #release(member: Member, subscription: Subscription): void {
    subscription.delete(member);
    subscription.shards?.delete(member);
    if (subscription.size > 0) return;
    this.#index.delete(subscription.match, subscription.uri);
    this.#byId.delete(subscription.id);
    this.observer.removed(subscription);
  }
}
