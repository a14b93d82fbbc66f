import type { EventReceived, Id, Publish, PublishOptions, Subscribe, Uri } from '@wigwag/core/wire';
import { announces, Code, ErrorUri } from '@wigwag/core/wire';
import type { Clock } from '../clock.js';
import type { DisclosureRule } from '../disclosure.js';
import type { Effort } from '../effort.js';
import type { Actor, FabricRealm, Publication } from '../fabric/fabric.js';
import type { Emit } from '../observe/events.js';
import type { Counters } from '../observe/stats.js';
import { sizeOf } from '../received.js';
import type { Admitted, Refusal } from '../session/admission.js';
import type { Member } from '../session/member.js';
import { levelFor } from '../trust.js';
import { Backlog } from './backlog.js';
import type { Confirmations } from './confirmations.js';
import { Delivery } from './delivery.js';
import type { SubscriptionDirectory } from './directory.js';
import { eligibility } from './eligibility.js';
import type { Position } from './event.js';
import { wantsConfirmation } from './event.js';
import type { History } from './history.js';
import type { BrokerLimits } from './limits.js';
import type { BrokerObserver } from './observer.js';
import type { PublishingPolicy } from './policy.js';
import { checkPublish } from './policy.js';
import { Retained } from './retained.js';
import { shardedAudience } from './sharding.js';
import type { Subscription } from './subscription.js';
import { Subscriptions } from './subscriptions.js';

/** What a broker needs of its realm. */
export interface BrokerContext {
  readonly realm: Uri;
  readonly fabric: FabricRealm;
  readonly counters: Counters;
  readonly emit: Emit;
  readonly clock: Clock;
  readonly effort: Effort;
  readonly limits: BrokerLimits;
  readonly policy: PublishingPolicy;
  /** What is kept of events, where that is configured. */
  readonly history: History | undefined;
  readonly confirmations: Confirmations;
  /** Something of the application's threw. */
  report(error: unknown, where: string): void;
  readonly observer: BrokerObserver;
}

/** Takes publications to the fabric, and what the fabric brings to subscribers (spec: "Publish and Subscribe"). */
export class Broker {
  readonly #context: BrokerContext;
  readonly #subscriptions: Subscriptions;
  readonly #retained: Retained;
  readonly #delivery: Delivery;
  readonly #backlog: Backlog;

  constructor(context: BrokerContext) {
    this.#context = context;
    this.#retained = new Retained(context.limits);
    this.#delivery = new Delivery(context);
    this.#backlog = new Backlog({
      clock: context.clock,
      limit: context.limits.maxRetained,
      isCurrent: (member, { publication: { id, topic }, subscription }) => {
        const exact = { match: 'exact', uri: topic } as const;
        const [current] = this.#retained.select(exact, (each) => mayGet(member, subscription, each));
        return current?.id === id;
      },
      send: (member, owed) => this.#delivery.send({ ...owed, to: [member], retained: true }),
      refuse: (member, owed) => this.#delivery.refuse({ ...owed, to: [member] }),
    });
    const info = ({ id, uri, match }: Subscription) => ({ id, uri, match, realm: context.realm });
    this.#subscriptions = new Subscriptions(() => context.fabric.drawSubscription(), {
      created: (subscription) => context.emit('subscription:created', info(subscription)),
      removed: (subscription) => context.emit('subscription:removed', info(subscription)),
      unsubscribed: (member, subscription) => {
        this.#delivery.forget(member, subscription);
        this.#backlog.forget(member, subscription);
        context.observer.unsubscribed(member, subscription, subscription.size === 0);
      },
    });
  }

  get subscriptions(): number {
    return this.#subscriptions.size;
  }

  get retained(): number {
    return this.#retained.size;
  }

  /** Events that are kept in the history. */
  get stored(): number {
    return this.#context.history?.size ?? 0;
  }

  /** Publications whose confirmations can be asked for. */
  get unconfirmed(): number {
    return this.#context.confirmations.size;
  }

  /** What there is, to be read only. */
  get directory(): SubscriptionDirectory {
    return this.#subscriptions;
  }

  /** Whether an event of `topic` would go to anybody, now or later. */
  hasAudience(topic: Uri): boolean {
    return this.#subscriptions.matching(topic).length > 0 || this.#context.history?.keeps(topic) === true;
  }

  /**
   * SUBSCRIBED, and then the retained events that were asked for.
   * @returns why not, where the session has as many subscriptions as it may
   */
  subscribe(member: Member, { request, topic, options }: Subscribe): Refusal | undefined {
    const { maxSubscriptions } = this.#context.limits;
    const match = options.match ?? 'exact';
    const before = this.#subscriptions.lookup(match, topic);
    const isNew = !before?.has(member);
    if (isNew && this.#subscriptions.countOf(member) >= maxSubscriptions) {
      const message = `${topic}: this session has ${maxSubscriptions} subscriptions, and the router allows no more (maxSubscriptions)`;
      return { uri: ErrorUri.LIMIT_EXCEEDED, message };
    }
    const subscription = this.#subscriptions.add(member, topic, match, options.nkey);
    member.send({ code: Code.SUBSCRIBED, request, subscription: subscription.id });
    // Behind SUBSCRIBED, which must come before any EVENT that this may lead to.
    if (isNew) this.#context.observer.subscribed(member, subscription, before === undefined);
    if (options.get_retained) this.#sendRetained(member, subscription);
    return undefined;
  }

  #sendRetained(member: Member, subscription: Subscription): void {
    // All of them are looked at.
    if (subscription.match !== 'exact') this.#context.effort.spent += this.#retained.size;
    const events = this.#retained.select(subscription, (each) => mayGet(member, subscription, each));
    this.#backlog.add(
      member,
      events.map((publication) => ({ publication, subscription })),
    );
  }

  /** @returns whether `member` held the subscription */
  unsubscribe(member: Member, subscription: Id): boolean {
    return this.#subscriptions.remove(member, subscription);
  }

  /**
   * Takes a subscription away from one subscriber, or from all of them, and tells those that announced
   * `subscription_revocation` (spec: "Subscription Revocation"); to others nothing must be said.
   * @returns who had it
   */
  revoke(subscription: Id, member?: Member, reason?: string): Member[] {
    const subscribers = this.#subscriptions.get(subscription) ?? [];
    const revoked = member ? [member] : [...subscribers];
    return revoked.filter((each) => {
      if (!this.#subscriptions.remove(each, subscription)) return false;
      if (announces(each.details, 'subscriber', 'subscription_revocation')) {
        const details = { subscription, ...(reason !== undefined && { reason }) };
        each.send({ code: Code.UNSUBSCRIBED, request: 0, details });
      }
      return true;
    });
  }

  /** @returns why not, where it is not published */
  publish(member: Member, message: Admitted<Publish>): Refusal | undefined {
    const { fabric, counters, policy } = this.#context;
    const { request, topic, options, payload, disclosure = policy.disclosure } = message;
    const { authid, authrole } = member.identity;
    const refusal = checkPublish(message, policy);
    if (refusal) return refusal;
    const id = fabric.drawPublication();
    const publisher: Actor = { id: member.id, authid, authrole };
    counters.published++;
    if (wantsConfirmation(options)) this.#context.confirmations.open(member, id);
    fabric.publish({
      id,
      topic,
      options: disclosed(options, disclosure),
      publisher,
      trustlevel:
        policy.trustLevel &&
        levelFor(policy.trustLevel, publisher, topic, 'trustLevels.publishers', this.#context.report),
      payload,
      size: sizeOf(payload, member.serializer),
    });
    if (options.acknowledge) member.send({ code: Code.PUBLISHED, request, publication: id });
    return undefined;
  }

  /** The fabric brought a publication, of this router or another. */
  deliver(publication: Publication): void {
    if (publication.options.retain) this.#retained.keep(publication);
    const position = this.#context.history?.keep(publication);
    const subscriptions = this.#subscriptions.matching(publication.topic);
    if (subscriptions.length > 0) this.#ship(publication, subscriptions, position);
    if (wantsConfirmation(publication.options)) this.#context.confirmations.allSent(publication.id);
  }

  #ship(publication: Publication, subscriptions: readonly Subscription[], position: Position | undefined): void {
    const mayReceive = eligibility(publication);
    const { rkey } = publication.options;
    const { confirmations } = this.#context;
    const confirmed = wantsConfirmation(publication.options);
    for (const subscription of subscriptions) {
      const onSent = confirmed
        ? (member: Member) => {
            // Sending may have ended its session.
            if (subscription.has(member)) confirmations.sent(publication.id, member);
          }
        : undefined;
      if (rkey === undefined || !subscription.shards?.size) {
        this.#delivery.send({ publication, subscription, to: subscription, mayReceive, position, onSent });
      } else {
        const to = shardedAudience(subscription, rkey, mayReceive);
        this.#delivery.send({ publication, subscription, to, position, onSent });
      }
    }
  }

  /** EVENT_RECEIVED. */
  received(member: Member, { publication }: EventReceived): void {
    this.#context.confirmations.received(member, publication);
  }

  leave(member: Member): void {
    this.#backlog.leave(member);
    this.#subscriptions.removeAll(member);
    this.#context.confirmations.leave(member);
  }
}

/** Whether a subscriber would have been sent a publication. */
function mayGet(member: Member, subscription: Subscription, publication: Publication): boolean {
  const mayReceive = eligibility(publication);
  const { rkey } = publication.options;
  if (rkey === undefined || !subscription.shards?.size) return mayReceive(member);
  return shardedAudience(subscription, rkey, mayReceive).includes(member);
}

/** With the publisher disclosed, where the router insists on it. */
function disclosed(options: PublishOptions, disclosure: DisclosureRule): PublishOptions {
  return disclosure === 'force' && !options.disclose_me ? { ...options, disclose_me: true } : options;
}
