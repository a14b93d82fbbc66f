import type { Publish, Subscribe, Uri } from '@wigwag/core/wire';
import { Code, Encoded } from '@wigwag/core/wire';
import type { FabricRealm, Publication } from '../fabric/fabric.js';
import type { Emit } from '../observe/events.js';
import type { Counters } from '../observe/stats.js';
import type { Member } from '../session/member.js';
import { eligibility, isRestricted } from './eligibility.js';
import { Encodings } from './encodings.js';
import { makeEvent } from './event.js';
import { detached, sizeOf } from './received.js';
import type { RetainedLimits } from './retained.js';
import { Retained } from './retained.js';
import type { Subscription } from './subscriptions.js';
import { Subscriptions } from './subscriptions.js';

/** What a broker needs of its realm. */
export interface BrokerContext {
  readonly realm: Uri;
  readonly fabric: FabricRealm;
  readonly counters: Counters;
  readonly emit: Emit;
  readonly limits: RetainedLimits;
}

/** Takes publications to the fabric, and what the fabric brings to subscribers (spec: "Publish and Subscribe"). */
export class Broker {
  readonly #context: BrokerContext;
  readonly #subscriptions: Subscriptions;
  readonly #retained: Retained;

  constructor(context: BrokerContext) {
    this.#context = context;
    this.#retained = new Retained(context.limits);
    const info = ({ id, uri, match }: Subscription) => ({ id, uri, match, realm: context.realm });
    this.#subscriptions = new Subscriptions(() => context.fabric.drawSubscription(), {
      created: (subscription) => context.emit('subscription:created', info(subscription)),
      removed: (subscription) => context.emit('subscription:removed', info(subscription)),
    });
  }

  get subscriptions(): number {
    return this.#subscriptions.size;
  }

  get retained(): number {
    return this.#retained.size;
  }

  /** SUBSCRIBED, and then the retained events that were asked for. */
  subscribe(member: Member, { request, topic, options }: Subscribe): void {
    const subscription = this.#subscriptions.add(member, topic, options.match ?? 'exact');
    member.send({ code: Code.SUBSCRIBED, request, subscription: subscription.id });
    if (!options.get_retained) return;
    const mayReceive = (publication: Publication) => eligibility(publication)(member);
    for (const publication of this.#retained.select(subscription.match, topic, mayReceive)) {
      this.#send(publication, subscription, [member], true);
    }
  }

  /** @returns whether `member` held the subscription */
  unsubscribe(member: Member, subscription: number): boolean {
    return this.#subscriptions.remove(member, subscription);
  }

  publish(member: Member, { request, topic, options, payload: received }: Publish): void {
    const { fabric, counters } = this.#context;
    const { authid, authrole } = member.identity;
    const id = fabric.drawPublication();
    const size = sizeOf(received, member.serializer);
    const payload = options.retain ? detached(received, member.serializer) : received;
    counters.published++;
    fabric.publish({ id, topic, options, publisher: { id: member.id, authid, authrole }, payload, size });
    if (options.acknowledge) member.send({ code: Code.PUBLISHED, request, publication: id });
  }

  /** The fabric brought a publication, of this router or another. */
  deliver(publication: Publication): void {
    if (publication.options.retain) this.#retained.keep(publication, isRestricted(publication));
    const subscriptions = this.#subscriptions.matching(publication.topic);
    if (subscriptions.length === 0) return;
    const mayReceive = eligibility(publication);
    for (const subscription of subscriptions) {
      this.#send(publication, subscription, subscription.subscribers, false, mayReceive);
    }
  }

  leave(member: Member): void {
    this.#subscriptions.removeAll(member);
  }

  #send(
    publication: Publication,
    subscription: Subscription,
    to: Iterable<Member>,
    retained: boolean,
    mayReceive: (member: Member) => boolean = () => true,
  ): void {
    const encodings = new Encodings(makeEvent(publication, subscription, retained));
    const missed = new Map<string, { readonly error: Error; subscribers: number }>();
    for (const member of to) {
      if (!mayReceive(member)) continue;
      const event = encodings.in(member.serializer);
      if (event instanceof Encoded) {
        member.deliver(event);
        this.#context.counters.delivered++;
      } else {
        const entry = missed.get(member.serializer.id) ?? { error: event, subscribers: 0 };
        entry.subscribers++;
        missed.set(member.serializer.id, entry);
      }
    }
    for (const [serializer, { error, subscribers }] of missed) {
      this.#context.counters.withheld += subscribers;
      this.#context.emit('event:withheld', {
        realm: this.#context.realm,
        topic: publication.topic,
        publication: publication.id,
        subscription: subscription.id,
        serializer,
        subscribers,
        error,
      });
    }
  }
}
