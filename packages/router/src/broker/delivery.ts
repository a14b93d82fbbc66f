import type { Uri } from '@wigwag/core/wire';
import { Encoded, EncodeError, ErrorUri } from '@wigwag/core/wire';
import type { Clock } from '../clock.js';
import type { Effort } from '../effort.js';
import type { Publication } from '../fabric/fabric.js';
import type { Emit } from '../observe/events.js';
import type { Counters } from '../observe/stats.js';
import { canRead } from '../passthru.js';
import type { Member } from '../session/member.js';
import { MessageTooLongError } from '../session/too-long.js';
import { unsendable } from '../session/unsendable.js';
import { Encodings } from './encodings.js';
import type { Position } from './event.js';
import { makeEvent } from './event.js';
import type { Missing } from './gaps.js';
import { Gaps } from './gaps.js';
import type { Subscription } from './subscription.js';

/** What delivering needs of the realm. */
export interface DeliveryContext {
  readonly realm: Uri;
  readonly counters: Counters;
  readonly emit: Emit;
  readonly clock: Clock;
  readonly effort: Effort;
}

/** One publication on its way to the subscribers of one subscription. */
export interface Shipment {
  readonly publication: Publication;
  readonly subscription: Subscription;
  readonly to: Iterable<Member>;
  /** Whether a member of `to` may have it. Default: all may. */
  readonly mayReceive?: ((member: Member) => boolean) | undefined;
  readonly position?: Position | undefined;
  readonly retained?: boolean;
  /** Told of each member that was sent the event. */
  readonly onSent?: ((member: Member) => void) | undefined;
}

/** Sends EVENTs: one encoding a serializer, and word of what could not be sent. */
export class Delivery {
  readonly #context: DeliveryContext;
  readonly #gaps: Gaps;

  constructor(context: DeliveryContext) {
    this.#context = context;
    const { realm, emit } = context;
    this.#gaps = new Gaps(context.clock, ({ id: session, peer }, events) => {
      emit('events:dropped', { realm, session, peer, events });
    });
  }

  /** The member's subscription has ended. */
  forget(member: Member, subscription: Subscription): void {
    this.#gaps.forget(member, subscription);
  }

  send(shipment: Shipment): void {
    const { publication, subscription, to, mayReceive, position, retained, onSent } = shipment;
    const { counters, effort } = this.#context;
    effort.spent++;
    const encodings = new Encodings(makeEvent(publication, subscription, position, retained));
    const { options } = publication;
    let missed: Missed | undefined;
    for (const member of to) {
      effort.spent++;
      if (mayReceive && !mayReceive(member)) continue;
      const event = canRead(options, 'subscriber', member.details) ? encodings.in(member.serializer) : unreadable;
      if (event instanceof Encoded && event.size <= member.maxSend) {
        if (this.#gaps.settle(member) && member.deliver(event)) {
          counters.delivered++;
          onSent?.(member);
        } else this.#drop(member, shipment, true);
      } else {
        missed ??= new Missed();
        const error = event instanceof Encoded ? new MessageTooLongError(event.size, member.maxSend) : event;
        missed.add(member, error);
        this.#gaps.add(member, subscription, missing(shipment, unsendable(error)), false);
        this.#gaps.settle(member);
      }
    }
    if (missed) this.#report(shipment, missed);
  }

  /** Sends nothing, because there is no room to let it wait; those who would have got it are told. */
  refuse(shipment: Shipment): void {
    for (const member of shipment.to) this.#drop(member, shipment, false);
  }

  /** @param pauses whether events that come later are dropped too, until there is room again */
  #drop(member: Member, shipment: Shipment, pauses: boolean): void {
    this.#context.counters.overflowed++;
    this.#gaps.add(member, shipment.subscription, missing(shipment, ErrorUri.LIMIT_EXCEEDED), pauses);
  }

  #report({ publication, subscription }: Shipment, missed: Missed): void {
    const { realm, counters, emit } = this.#context;
    for (const { serializer, error, subscribers } of missed.groups.values()) {
      counters.withheld += subscribers;
      emit('event:withheld', {
        realm,
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

/** The subscriber could not make anything of the event (spec: "Payload Passthru Mode"). */
class UnreadableError extends EncodeError {
  override readonly name = 'UnreadableError';
  override readonly code = 'UNREADABLE';
  override readonly uri = ErrorUri.FEATURE_NOT_SUPPORTED;

  constructor() {
    super('it is an opaque payload (ppt_scheme), and this subscriber did not announce payload_passthru_mode');
  }
}

/** One for all: it says nothing of a single event. */
const unreadable = new UnreadableError();

/** Who missed one event, grouped for those who observe it: by serializer and kind of error. */
class Missed {
  readonly groups = new Map<string, { serializer: string; error: Error; subscribers: number }>();

  add({ serializer: { id: serializer } }: Member, error: Error): void {
    const key = `${serializer} ${error.name}`;
    const group = this.groups.get(key) ?? { serializer, error, subscribers: 0 };
    group.subscribers++;
    this.groups.set(key, group);
  }
}

function missing({ publication: { id, topic }, position }: Shipment, reason: Uri): Missing {
  return { publication: id, topic, kept: position !== undefined, reason };
}
